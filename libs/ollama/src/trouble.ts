export type Deadline = 'load' | 'first-token' | 'idle' | 'total';

/** What went wrong in one exchange with the server, as it was seen on the wire. */
export type Trouble =
  /** No connection came about. `code` is that of the operating system or of TLS. */
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'connection-lost'; readonly code: string; readonly begun: boolean }
  | { readonly kind: 'status'; readonly status: number; readonly body: string }
  | { readonly kind: 'error-line'; readonly text: string }
  | { readonly kind: 'deadline'; readonly deadline: Deadline; readonly seconds: number }
  | { readonly kind: 'model-missing' }
  /** The stream ended cleanly, but no line said that the answer was done. */
  | { readonly kind: 'no-done' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'line-too-long'; readonly maxBytes: number }
  /** `cut`: the limit on the answer's length was used up before the first visible word. */
  | { readonly kind: 'empty'; readonly thinking: boolean; readonly cut: boolean };

export class TroubleError extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.kind);
  }
}

/** Node's code for a connection that took too long; the agent of this library sets it too. */
export const connectTimeoutCode = 'ETIMEDOUT';

const lostCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Names a transport error by its code alone: its other fields hold the request with prompt and credentials. */
export function troubleOf(thrown: unknown, begun: boolean): Trouble {
  if (thrown instanceof TroubleError) return thrown.trouble;
  const code = codeOf(thrown);
  if (code.startsWith('HPE_')) return { kind: 'garbage' };
  if (begun || lostCodes.has(code)) return { kind: 'connection-lost', code, begun };
  return { kind: 'unreachable', code };
}

function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return 'unknown';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return 'cause' in thrown ? codeOf(thrown.cause) : 'unknown';
}
