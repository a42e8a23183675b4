import type { Surface } from './chat-event';

export type Verdict = 'good' | 'bad';

/** What somebody thinks of an answer. */
export interface Feedback {
  /** `Answer.id` */
  readonly answerId: string;
  readonly verdict: Verdict;
  /** Why, in their own words. */
  readonly reason?: string;
}

/** Port: takes what people think of answers. */
export abstract class FeedbackBook {
  /**
   * Counts it, and keeps it beside its question and answer where the operator asks for that. `surface` is the road on
   * which the feedback came. True when it was kept. Never throws.
   */
  abstract take(surface: Surface, feedback: Feedback): Promise<boolean>;
}
