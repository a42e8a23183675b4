import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { CommandError, UsageError } from './command';
import type { Terminal } from './terminal/terminal';

/** A Jamie that runs somewhere. */
export interface RemoteJamie {
  readonly url: string;
  readonly apiKey: string | undefined;
}

/** Options of every command that talks to a running Jamie. */
export const remoteOptions = { url: { type: 'string' }, 'api-key': { type: 'string' } } as const;

interface Given {
  readonly url?: string | undefined;
  readonly 'api-key'?: string | undefined;
}

/** What the options name, or else the environment; the address is undefined when neither does. */
export function remoteOf(
  given: Given,
  { environment }: Terminal,
): { readonly url: string | undefined; readonly apiKey: string | undefined } {
  const { JAMIE_URL, JAMIE_API_KEY } = environment;
  return {
    url: given.url ?? (JAMIE_URL || undefined),
    apiKey: given['api-key'] ?? (JAMIE_API_KEY || undefined),
  };
}

interface Sent {
  readonly path: string;
  readonly accept: string;
  /** Sent as JSON with POST; without one it is a GET. */
  readonly body?: object;
}

/**
 * Resolves with the head of the answer, whatever its status. Node's own client: `fetch` takes several times as long to
 * begin. Throws UsageError for an address that is none, CommandError when nobody answers.
 */
export async function send(jamie: RemoteJamie, sent: Sent, signal: AbortSignal): Promise<IncomingMessage> {
  const url = addressOf(jamie, sent.path);
  const request = url.protocol === 'https:' ? (await import('node:https')).request : requestPlain;
  const options: RequestOptions = {
    method: sent.body === undefined ? 'GET' : 'POST',
    headers: {
      accept: sent.accept,
      ...(sent.body !== undefined && { 'content-type': 'application/json' }),
      ...(jamie.apiKey !== undefined && { authorization: `Bearer ${jamie.apiKey}` }),
    },
    signal,
  };
  return new Promise((resolve, reject) => {
    request(url, options, resolve)
      .once('error', (error: NodeJS.ErrnoException) =>
        reject(signal.aborted ? error : unreachable(jamie, error.code)),
      )
      .end(sent.body === undefined ? undefined : JSON.stringify(sent.body));
  });
}

/** Why there is no answer: in Jamie's own words, where it is Jamie that answers. */
export async function refusalOf(answer: IncomingMessage, { url }: RemoteJamie): Promise<Error> {
  const status = answer.statusCode ?? 0;
  const sentence = sentenceOf(await textOf(answer));
  if (sentence === undefined)
    return new CommandError(
      `What answers at ${url} is not Jamie (status ${status}): check --url or JAMIE_URL.`,
    );
  if (status === 400) return new UsageError(sentence);
  const advice = status === 401 ? ' Give the key with JAMIE_API_KEY or --api-key.' : '';
  return new CommandError(`${sentence}${advice}`);
}

export async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function addressOf({ url }: RemoteJamie, path: string): URL {
  if (!/^https?:\/\/./i.test(url) || !URL.canParse(url))
    throw new UsageError('--url (or JAMIE_URL) must be an http:// or https:// address.');
  const base = new URL(url);
  return new URL(`${base.pathname.replace(/\/+$/, '')}${path}`, base);
}

function unreachable({ url }: RemoteJamie, code = 'unknown'): CommandError {
  return new CommandError(
    `Jamie cannot be reached at ${url} (${code}): start it with \`npm start\`, name another one with --url or JAMIE_URL, or use --local.`,
  );
}

/** Undefined when the body is not one of Jamie's errors. */
function sentenceOf(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isJamies =
      typeof value === 'object' && value !== null && 'message' in value && 'request_id' in value;
    return isJamies ? String(value.message) : undefined;
  } catch {
    return undefined;
  }
}
