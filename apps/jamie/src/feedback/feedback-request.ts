import { z } from 'zod';
import { atMost, parseBody } from '../http/parse-body';

const maxReason = 2000;

/** Body of `POST /feedback`. */
export const feedbackRequest = z.strictObject({
  answer_id: z
    .string('must be a string')
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the answer_id of an answer')
    .meta({ description: 'The `answer_id` of an answer of `POST /chat`, or the `id` of a chat completion' }),
  verdict: z
    .enum(['good', 'bad'], 'must be "good" or "bad"')
    .meta({ description: 'Whether the answer helped' }),
  reason: z
    .string('must be a string')
    .trim()
    .refine(...atMost(maxReason))
    .meta({ description: 'Why, in your own words', maxLength: maxReason })
    .optional(),
});

/** Body of a 200 of `POST /feedback`. */
export const feedbackResponse = z.object({
  answer_id: z.string(),
  verdict: z.enum(['good', 'bad']),
  stored: z.boolean().meta({
    description:
      'Kept with its question and answer. False where the operator keeps no feedback, or the answer is no longer remembered; it is counted all the same',
  }),
});

export type FeedbackResponse = z.infer<typeof feedbackResponse>;

/** Throws a Refusal that names every wrong field. */
export function parseFeedbackRequest(body: unknown): z.infer<typeof feedbackRequest> {
  return parseBody(feedbackRequest, body, 'the fields "answer_id" and "verdict"');
}
