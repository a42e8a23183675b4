import { z } from 'zod';
import { Refusal } from '../http/errors';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(part)]).nullish(),
});

/** What cannot be honoured is refused; what only tunes a model that Jamie tunes itself is not looked at. */
export const completionRequest = z.looseObject({
  model: z.string().nullish().meta({ description: 'One of `GET /v1/models`; absent: the first of them' }),
  messages: z
    .array(message, 'it must be a list of messages')
    .min(1, 'it must hold at least one message')
    .meta({ description: 'The conversation; the last message of the user is the question' }),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1).nullish(),
  logprobs: z.literal(false).nullish(),
  response_format: z.looseObject({ type: z.literal('text') }).nullish(),
  modalities: z.array(z.literal('text')).nullish(),
  tools: z.array(z.unknown()).nullish(),
  functions: z.array(z.unknown()).nullish(),
  tool_choice: z.unknown().optional(),
  function_call: z.unknown().optional(),
});

export type CompletionRequest = z.infer<typeof completionRequest>;
export type CompletionMessage = z.infer<typeof message>;

// Said of a parameter that is there with a value that Jamie has not; all others are told by their type.
const cannot: Readonly<Record<string, string>> = {
  n: 'Jamie gives one answer: n must be 1.',
  logprobs: 'Jamie knows no log probabilities: logprobs must be false.',
  response_format: 'Jamie answers in Markdown: response_format must be of the type "text".',
  modalities: 'Jamie writes text alone: modalities must be ["text"].',
  tools: 'Jamie cannot call tools: leave them out, or set tool_choice to "none".',
  functions: 'Jamie cannot call functions: leave them out, or set function_call to "none".',
};

/** Throws a refusal in OpenAI's words, which names the first parameter that is wrong. */
export function parseCompletionRequest(body: unknown): CompletionRequest {
  const parsed = completionRequest.safeParse(body);
  if (!parsed.success) throw refusalOf(parsed.error.issues[0]);
  const { tools, tool_choice, functions, function_call } = parsed.data;
  if ((tools?.length ?? 0) > 0 && tool_choice !== 'none') throw unsupported('tools');
  if ((functions?.length ?? 0) > 0 && function_call !== 'none') throw unsupported('functions');
  return parsed.data;
}

function refusalOf(issue: z.core.$ZodIssue | undefined): Refusal {
  const [first, ...rest] = issue?.path ?? [];
  if (first === undefined) return invalid('The body must be a JSON object with "messages".');
  if (String(first) in cannot) return unsupported(String(first));
  const name = [first, ...rest].map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  const param = name.join('').slice(1);
  return invalid(`${param} is wrong: ${issue?.message ?? 'unknown'}.`, param);
}

function unsupported(param: string): Refusal {
  return new Refusal(400, cannot[param] ?? '', {}, { param, code: 'unsupported_value' });
}

export function invalid(sentence: string, param?: string): Refusal {
  return new Refusal(400, sentence, {}, { param: param ?? null, code: 'invalid_value' });
}
