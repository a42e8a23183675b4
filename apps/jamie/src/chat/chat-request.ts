import { z } from 'zod';
import { atMost, parseBody } from '../http/parse-body';
import { longestContext, longestMessage } from './chat-limits';

/** Body of `POST /chat`. Lengths are characters (code points) after trimming the message. */
export const chatRequest = z.strictObject({
  message: z
    .string('must be a string')
    .trim()
    .min(1, 'must not be empty')
    .refine(...atMost(longestMessage))
    .meta({ description: 'The question', minLength: 1, maxLength: longestMessage }),
  context: z
    .string('must be a string')
    .refine(...atMost(longestContext))
    .meta({
      description: 'What the caller already knows: alert text, a log, findings',
      maxLength: longestContext,
    })
    .optional(),
  conversation_id: z
    .string('must be a string')
    .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must be 1 to 128 of A-Z a-z 0-9 . _ : -')
    .meta({ description: 'Continues that conversation; absent, a new one is made and returned' })
    .optional(),
});

export type ChatRequest = z.infer<typeof chatRequest>;

/** Throws a Refusal that names every wrong field. */
export function parseChatRequest(body: unknown): ChatRequest {
  return parseBody(chatRequest, body, 'the field "message"');
}
