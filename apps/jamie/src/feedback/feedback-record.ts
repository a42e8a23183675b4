import { z } from 'zod';

const source = z.object({
  title: z.string(),
  path: z.string(),
  heading: z.string(),
  url: z.string().optional(),
});

/** One line of FEEDBACK_FILE. */
export const feedbackRecord = z.object({
  /** When the feedback was given, ISO 8601, UTC. */
  at: z.string(),
  answer_id: z.string(),
  verdict: z.enum(['good', 'bad']),
  reason: z.string().optional(),
  surface: z.string(),
  question: z.string(),
  /** How much had been said before in the conversation: a follow-up says little by itself. */
  earlier_turns: z.int(),
  answer: z.string(),
  answered_by: z.string(),
  degraded: z.boolean(),
  sources: z.array(source),
  model: z.string(),
  prompt_version: z.string(),
  version: z.string(),
});

export type FeedbackRecord = z.infer<typeof feedbackRecord>;
