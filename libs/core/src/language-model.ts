import type { Usage } from './answer';
import type { DependencyStatus } from './dependency';

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * What the model does with one request, in order: `queued` while others are ahead, `loading` when it must be loaded
 * first, `thinking` when the request has been sent, text, and exactly one `done` at the end.
 */
export type ModelEvent =
  | { readonly type: 'queued'; readonly ahead: number }
  | { readonly type: 'loading' }
  | { readonly type: 'thinking' }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'done'; readonly usage: Usage; readonly finishReason: 'stop' | 'length' };

/**
 * Whose question it is, from the widest group to the narrowest: the asker, then the conversation. Where questions queue,
 * lanes take turns, so that nobody's many hold up the others. Never leaves the process.
 */
export type Lane = readonly string[];

/** Port: the language model behind its queue, breaker and retries. */
export abstract class LanguageModel {
  abstract readonly name: string;

  /** Characters that all messages of one request may have together, from what this model's tokens were measured to hold. */
  abstract inputBudgetCharacters(): number;

  /**
   * Streams one answer. Ends after `done`. Throws `ModelError` or `ModelRejectedError`, or the signal's reason when it
   * was aborted. Leaving the iterator early, or aborting, stops the model. Without a lane all share one.
   */
  abstract generate(
    messages: readonly ModelMessage[],
    signal: AbortSignal,
    lane?: Lane,
  ): AsyncIterable<ModelEvent>;

  /** What is known now, without asking the server. */
  abstract status(): DependencyStatus;

  /** Asks the server now; never throws. */
  abstract check(signal: AbortSignal): Promise<DependencyStatus>;
}
