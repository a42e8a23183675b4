/** How the bytes of an answer are cut: `split` tears lines and UTF-8 characters, `crlf` ends lines as Windows does. */
export type Framing = 'lines' | 'split' | 'crlf';

/** How an answer ends. `line`: that line stands where the done line should, then a clean end. */
export type Ending =
  | { readonly kind: 'done'; readonly reason: 'stop' | 'length' }
  | { readonly kind: 'done-reason-only' }
  | { readonly kind: 'no-done' }
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'stall' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'reset' };

/** Streams chunks, one NDJSON line each; a chunk counts as one token. */
export interface AnswerBehaviour {
  readonly kind: 'answer';
  readonly chunks: readonly string[];
  /** Sent as `message.thinking`, before the chunks. */
  readonly thinking: readonly string[];
  readonly firstChunkDelayMs: number;
  /** Nothing is sent before this, for tests in which something else has to happen first. */
  readonly beginAfter?: Promise<unknown>;
  /** Before every chunk but the first, and before the end. */
  readonly chunkDelayMs: number;
  readonly ending: Ending;
  /** The end waits for this, too: for tests in which the text has to arrive first. */
  readonly endAfter?: Promise<unknown>;
  readonly framing: Framing;
  /** Replaces the counts of the done line; a value of any type, to test the client with. */
  readonly metrics?: Readonly<Record<string, unknown>>;
}

/** Answers with a status and a body instead of a stream. */
export interface RefusalBehaviour {
  readonly kind: 'refusal';
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly delayMs: number;
}

/** `hang`: accepts and never answers. `cut` and `reset`: the connection ends before the headers. */
export interface BrokenBehaviour {
  readonly kind: 'hang' | 'cut' | 'reset';
}

export type OllamaBehaviour = AnswerBehaviour | RefusalBehaviour | BrokenBehaviour;

/** What the stand-in read of a chat request, for behaviours that depend on it. */
export interface ChatBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly stream: boolean;
  readonly truncate: boolean;
  readonly shift: boolean;
  readonly keepAliveSeconds: number | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  /** The body as it came. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export type OllamaScript = OllamaBehaviour | ((request: ChatBody) => OllamaBehaviour);

type AnswerDetails = Partial<Omit<AnswerBehaviour, 'kind' | 'chunks'>>;

/** A whole answer; text is cut into one chunk per word. */
export function ollamaAnswer(text: string | readonly string[], details: AnswerDetails = {}): AnswerBehaviour {
  return {
    kind: 'answer',
    chunks: typeof text === 'string' ? (text.match(/\s*\S+\s*$|\s*\S+/gu) ?? [text]) : text,
    thinking: [],
    firstChunkDelayMs: 0,
    chunkDelayMs: 0,
    ending: { kind: 'done', reason: 'stop' },
    framing: 'lines',
    ...details,
  };
}

export function ollamaRefusal(status: number, body: string, contentType = json): RefusalBehaviour {
  return { kind: 'refusal', status, body, contentType, delayMs: 0 };
}

const json = 'application/json; charset=utf-8';
