import { webApi } from '@slack/bolt';
import { sentenceOf } from '@jamie/core';

/**
 * `refused`: Slack said no, and would again. `rate-limited`: later. `unsent`: it never reached Slack. `unknown`: nobody
 * can tell whether Slack did it.
 */
export type CallFailure = 'refused' | 'rate-limited' | 'unsent' | 'unknown';

/** A call to the Web API that did not succeed. The message holds neither arguments nor tokens. */
export class SlackCallError extends Error {
  override readonly name = 'SlackCallError';

  constructor(
    readonly method: string,
    /** Slack's own error word where there is one. */
    readonly code: string,
    readonly failure: CallFailure,
    /** Only for `rate-limited`. */
    readonly retryAfterMs = 0,
  ) {
    super(`${method} failed: ${code}`);
  }
}

// Slack's trouble: the work may have been done all the same.
const troubles = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);
const limits = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
const unsent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;
// A 429 without a Retry-After header says nothing about how long.
const defaultRetryAfterMs = 10_000;

/** What an exception of the SDK means for whoever called. */
export function toCallError(method: string, thrown: unknown): SlackCallError {
  const { ErrorCode } = webApi;
  const error: Readonly<Record<string, unknown>> = isRecord(thrown) ? thrown : {};
  switch (error['code']) {
    case ErrorCode.RateLimitedError:
      return rateLimited(method, Number(error['retryAfter']) * 1000);
    case ErrorCode.PlatformError:
      return fromWord(method, isRecord(error['data']) ? error['data']['error'] : undefined);
    case ErrorCode.HTTPError:
      return new SlackCallError(method, `http_${String(error['statusCode'])}`, 'unknown');
    case ErrorCode.RequestError: {
      const sent = !unsent.test(sentenceOf(thrown));
      return new SlackCallError(method, 'connection', sent ? 'unknown' : 'unsent');
    }
    default:
      if (/retry-after/i.test(sentenceOf(thrown))) return rateLimited(method, defaultRetryAfterMs);
      return new SlackCallError(method, 'unexpected', 'unknown');
  }
}

function fromWord(method: string, word: unknown): SlackCallError {
  // The SDK hands on as "error" whatever it could not parse: then it is a page or half of an answer.
  if (typeof word !== 'string' || !/^[a-z0-9_]{2,60}$/.test(word)) {
    return new SlackCallError(method, 'unreadable_answer', 'unknown');
  }
  if (limits.has(word)) return rateLimited(method, defaultRetryAfterMs);
  return new SlackCallError(method, word, troubles.has(word) ? 'unknown' : 'refused');
}

function rateLimited(method: string, retryAfterMs: number): SlackCallError {
  return new SlackCallError(method, 'ratelimited', 'rate-limited', retryAfterMs || defaultRetryAfterMs);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
