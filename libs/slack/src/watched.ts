import type { SlackApiMethod, SlackAskKind } from '@jamie/core';

/** A question as far as those who watch need to know it. */
export interface TakenAsk {
  /** The same in every log line about this question; no text of anybody. */
  readonly id: string;
  readonly kind: SlackAskKind;
}

/** The work on one question passes here, from the check of who asks to the last message: whoever watches wraps this. */
export abstract class SlackWork {
  answering(_ask: TakenAsk, work: () => Promise<void>): Promise<void> {
    return work();
  }
}

/** Every call to Slack's Web API passes here. It throws an error whose `code` is Slack's word for what was wrong. */
export abstract class SlackCalls {
  calling<T>(_method: SlackApiMethod, call: () => Promise<T>): Promise<T> {
    return call();
  }
}
