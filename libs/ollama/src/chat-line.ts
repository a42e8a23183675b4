import { z } from 'zod';

export interface EndLine {
  readonly kind: 'end';
  readonly content: string;
  readonly thinking: boolean;
  readonly reason: string;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly loadSeconds: number | undefined;
}

/** One line of a streamed chat (https://docs.ollama.com/api/chat). */
export type ChatLine =
  | { readonly kind: 'piece'; readonly content: string; readonly thinking: boolean }
  | EndLine
  | { readonly kind: 'error'; readonly text: string };

const count = z.int().nonnegative().optional().catch(undefined);
const message = z
  .object({ content: z.string().catch(''), thinking: z.string().catch('') })
  .catch({ content: '', thinking: '' });

/** Counts and durations of zero are left out by the server; other fields may come and go. */
const endSchema = z.object({
  message,
  done: z.boolean().optional().catch(undefined),
  done_reason: z.string().catch(''),
  prompt_eval_count: count,
  eval_count: count,
  load_duration: count,
});

const pieceSchema = z.object({ message: z.object({}).loose() });
const errorSchema = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

const nanosecondsPerSecond = 1e9;

/** `undefined` when it is no line of the protocol. */
export function parseChatLine(line: string): ChatLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  // By far the most lines are these: they are looked at by hand, not by a schema.
  return isPlainPiece(value)
    ? { kind: 'piece', content: value.message.content, thinking: hasThinking(value.message) }
    : parseOther(value);
}

function parseOther(value: unknown): ChatLine | undefined {
  const error = errorTextOf(value);
  if (error !== undefined) return { kind: 'error', text: error };
  const parsed = endSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const piece = { content: data.message.content, thinking: data.message.thinking !== '' };
  // Some back ends end with a reason and forget `done` (https://github.com/ollama/ollama-vscode/issues/60).
  if (data.done === true || data.done_reason !== '') return endOf(data, piece);
  return pieceSchema.safeParse(value).success || data.done === false
    ? { kind: 'piece', ...piece }
    : undefined;
}

function endOf(data: z.infer<typeof endSchema>, piece: { content: string; thinking: boolean }): EndLine {
  return {
    kind: 'end',
    ...piece,
    reason: data.done_reason,
    promptTokens: data.prompt_eval_count,
    completionTokens: data.eval_count,
    loadSeconds: data.load_duration === undefined ? undefined : data.load_duration / nanosecondsPerSecond,
  };
}

function errorTextOf(value: unknown): string | undefined {
  // One release wrote the text in the place of the key (https://github.com/ollama/ollama/issues/11781).
  const key = isObject(value) ? Object.keys(value).find((name) => name.startsWith('error')) : undefined;
  if (key === undefined) return undefined;
  const parsed = errorSchema.safeParse(value);
  if (!parsed.success) return key;
  return typeof parsed.data.error === 'string' ? parsed.data.error : parsed.data.error.message;
}

interface PlainPiece {
  readonly message: { readonly content: string };
}

function isPlainPiece(value: unknown): value is PlainPiece {
  if (!isObject(value) || value['done'] !== false || value['error'] !== undefined) return false;
  const said = value['message'];
  return isObject(said) && typeof said['content'] === 'string' && value['done_reason'] === undefined;
}

function hasThinking(said: object): boolean {
  return 'thinking' in said && typeof said.thinking === 'string' && said.thinking !== '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
