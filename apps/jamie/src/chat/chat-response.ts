import type { Answer } from '@jamie/core';
import { z } from 'zod';

const source = z.object({
  title: z.string(),
  path: z.string(),
  heading: z.string(),
  url: z.string().optional(),
});

/** Body of a 200 of `POST /chat`, and of the `finish` event of its stream. */
export const chatResponse = z.object({
  response: z.string().meta({ description: 'The answer, Markdown' }),
  answered_by: z.enum(['model', 'runbooks', 'help']),
  degraded: z.boolean().meta({ description: 'The model should have answered and could not' }),
  degraded_reason: z.string().optional(),
  sources: z.array(source).meta({ description: 'What the answer rests on; [n] in the answer is the n-th' }),
  model: z.string(),
  answer_id: z.string().meta({ description: 'For `POST /feedback`' }),
  conversation_id: z.string(),
  timestamp: z.iso.datetime(),
  processing_time: z.number().meta({ description: 'Seconds' }),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).optional(),
});

export type ChatResponse = z.infer<typeof chatResponse>;

export function toChatResponse(answer: Answer, conversationId: string): ChatResponse {
  const { degradedReason, usage } = answer;
  return {
    response: answer.text,
    answered_by: answer.answeredBy,
    degraded: answer.degraded,
    ...(degradedReason === undefined ? {} : { degraded_reason: degradedReason }),
    sources: answer.sources.map((entry) => ({ ...entry })),
    model: answer.model,
    answer_id: answer.id,
    conversation_id: conversationId,
    timestamp: answer.finishedAt.toISOString(),
    processing_time: Math.round(answer.processingSeconds * 1e6) / 1e6,
    ...(usage === undefined
      ? {}
      : { usage: { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens } }),
  };
}
