import { z } from 'zod';
import { neededScopes } from './scopes';

/** What an examination finds; `failed` ends what concerns that token. */
export type SlackFact =
  | { readonly kind: 'signed-in'; readonly team: string; readonly user: string }
  /** Empty when nothing is missing; left out when Slack does not tell. */
  | { readonly kind: 'missing-scopes'; readonly scopes: readonly string[] }
  | { readonly kind: 'sockets-open' }
  | { readonly kind: 'failed'; readonly token: 'bot' | 'app'; readonly code: string };

export interface SlackTokens {
  readonly apiUrl: string;
  readonly botToken: string;
  /** Undefined in HTTP mode. */
  readonly appToken: string | undefined;
}

const answerSchema = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  team: z.string().catch('?'),
  user: z.string().catch('?'),
});
const callTimeoutMs = 10_000;

/** Asks Slack once whether it takes the tokens and what they allow. Throws only the signal's reason. */
export async function* examineSlack(tokens: SlackTokens, signal: AbortSignal): AsyncGenerator<SlackFact> {
  const signedIn = await call(tokens, 'auth.test', tokens.botToken, signal);
  if (signedIn.error !== undefined) yield { kind: 'failed', token: 'bot', code: signedIn.error };
  else {
    yield { kind: 'signed-in', team: signedIn.team, user: signedIn.user };
    const { scopes } = signedIn;
    if (scopes !== undefined)
      yield { kind: 'missing-scopes', scopes: neededScopes.filter((scope) => !scopes.includes(scope)) };
  }
  if (tokens.appToken === undefined) return;
  const { error } = await call(tokens, 'apps.connections.open', tokens.appToken, signal);
  yield error === undefined ? { kind: 'sockets-open' } : { kind: 'failed', token: 'app', code: error };
}

interface Called {
  /** Slack's word for what went wrong, or Node's code when no answer came. */
  readonly error: string | undefined;
  readonly team: string;
  readonly user: string;
  readonly scopes: readonly string[] | undefined;
}

async function call(
  { apiUrl }: SlackTokens,
  method: string,
  token: string,
  signal: AbortSignal,
): Promise<Called> {
  try {
    const response = await fetch(new URL(method, apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]),
    });
    const answer = answerSchema.safeParse(await response.json().catch(() => undefined)).data;
    const scopes = response.headers.get('x-oauth-scopes')?.split(/\s*,\s*/);
    const error = answer?.ok === true ? undefined : (answer?.error ?? `status ${response.status}`);
    return { error, team: answer?.team ?? '?', user: answer?.user ?? '?', scopes };
  } catch (thrown) {
    signal.throwIfAborted();
    return { error: codeOf(thrown), team: '?', user: '?', scopes: undefined };
  }
}

function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return 'unknown';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return 'cause' in thrown ? codeOf(thrown.cause) : 'no answer';
}
