import { z } from 'zod';

const usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });

const head = {
  id: z.string().meta({ description: 'Also the `answer_id` for `POST /feedback`' }),
  created: z.int().meta({ description: 'Seconds since 1970' }),
  model: z.string(),
  system_fingerprint: z.string().meta({ description: "The version of Jamie's prompt" }),
};

const message = z.object({
  role: z.literal('assistant'),
  content: z.string().meta({ description: 'Markdown, with its sources at the end' }),
  refusal: z.null(),
});

/** Body of a 200 of `POST /v1/chat/completions`. */
export const chatCompletion = z.object({
  ...head,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.object({ index: z.int(), message, logprobs: z.null(), finish_reason: z.literal('stop') }),
  ),
  usage: usage.meta({ description: 'What the model counted; 0 where it wrote nothing' }),
});

/** One event of its stream. */
export const chatCompletionChunk = z.object({
  ...head,
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.object({
      index: z.int(),
      delta: z.object({ role: z.literal('assistant').optional(), content: z.string().optional() }),
      logprobs: z.null(),
      finish_reason: z.literal('stop').nullable(),
    }),
  ),
  usage: usage.nullable().optional(),
});

export const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
});

export const modelList = z.object({ object: z.literal('list'), data: z.array(modelSchema) });

export const openAiError = z.object({
  error: z.object({
    message: z.string().meta({ description: 'One sentence for people' }),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string().nullable(),
  }),
});

export type CompletionUsage = z.infer<typeof usage>;
export type ChatCompletion = z.infer<typeof chatCompletion>;
export type ChatCompletionChunk = z.infer<typeof chatCompletionChunk>;
export type Model = z.infer<typeof modelSchema>;
