import { assertHeld } from '../asks/held-claim';
import type { Json } from '../fields';
import { isAllowedAddress } from './allowed-address';
import { wait } from './wait';

/** `unknown`: Slack may have shown it, or not. */
export type ResponseOutcome = 'shown' | 'refused' | 'unknown';

const timeoutMs = 10_000;
const tries = 6;
const firstPauseMs = 500;

/**
 * Answers a command through its `response_url`: at most five messages within half an hour.
 * https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export class ResponseUrl {
  constructor(
    private readonly address: string,
    private readonly apiUrl: string,
  ) {}

  /** `repeatable`: showing it twice looks like showing it once. */
  async show(message: Json, repeatable: boolean): Promise<ResponseOutcome> {
    if (!isAllowedAddress(this.address, this.apiUrl)) return 'refused';
    for (let attempt = 1; ; attempt += 1) {
      await assertHeld();
      const outcome = await this.post(message);
      const again =
        typeof outcome === 'number' || outcome === 'unsent' || (outcome === 'unknown' && repeatable);
      if (!again) return outcome;
      if (attempt === tries) return outcome === 'unknown' ? 'unknown' : 'refused';
      const pauseMs = typeof outcome === 'number' ? outcome : firstPauseMs * 2 ** (attempt - 1);
      await wait(pauseMs, AbortSignal.timeout(pauseMs + timeoutMs));
    }
  }

  /** A number: to be tried again after so many milliseconds. */
  private async post(message: Json): Promise<ResponseOutcome | 'unsent' | number> {
    try {
      const response = await fetch(this.address, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ ...message, unfurl_links: false, unfurl_media: false }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.arrayBuffer();
      if (response.ok) return 'shown';
      if (response.status === 429) return Number(response.headers.get('retry-after') ?? 1) * 1000;
      return response.status >= 500 ? 'unknown' : 'refused';
    } catch (thrown) {
      return isUnsent(thrown) ? 'unsent' : 'unknown';
    }
  }
}

function isUnsent(thrown: unknown): boolean {
  const cause: unknown = thrown instanceof Error ? thrown.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code);
}
