import { z } from 'zod';

/** What an error body says: its text, and the numbers when the prompt did not fit. */
export interface ServerWords {
  readonly text: string;
  readonly overflow: { readonly promptTokens: number; readonly contextTokens: number } | undefined;
}

const bodySchema = z.object({ error: z.union([z.string(), z.looseObject({})]) });

/** llama-server's own error, which the native path passes on as it is (https://github.com/ggml-org/llama.cpp). */
const innerSchema = z.object({
  message: z.string().catch(''),
  type: z.string().catch(''),
  n_prompt_tokens: z.int().nonnegative().catch(0),
  n_ctx: z.int().nonnegative().catch(0),
});

const overflowWords =
  /exceeds the (available )?context (size|length)|prompt is longer than the context length|input length exceeds/iu;

/** Reads `{"error": "text"}`, the same with JSON inside the text, and bodies that are neither. */
export function serverWordsOf(body: string): ServerWords {
  const inner = innerOf(body);
  if (inner) {
    const tooLong = inner.type === 'exceed_context_size_error' || overflowWords.test(inner.message);
    const overflow = { promptTokens: inner.n_prompt_tokens, contextTokens: inner.n_ctx };
    return { text: inner.message, overflow: tooLong ? overflow : undefined };
  }
  const text = outerTextOf(body) ?? body;
  return { text, overflow: overflowWords.test(text) ? { promptTokens: 0, contextTokens: 0 } : undefined };
}

/** The innermost error object, at most two texts deep. */
function innerOf(body: string, depth = 0): z.infer<typeof innerSchema> | undefined {
  const parsed = bodySchema.safeParse(json(body));
  if (!parsed.success) return undefined;
  const { error } = parsed.data;
  if (typeof error === 'string') return depth < 2 ? innerOf(error, depth + 1) : undefined;
  return innerSchema.parse(error);
}

function outerTextOf(body: string): string | undefined {
  const parsed = bodySchema.safeParse(json(body));
  return parsed.success && typeof parsed.data.error === 'string' ? parsed.data.error : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
