import type { SlackAskKind } from '@jamie/core';

/** A question that somebody asked in Slack, read from whatever brought it. */
export interface Ask {
  readonly kind: SlackAskKind;
  /** The same for every delivery of the same question, and for no other. */
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly channelId: string;
  /** Of the message that asks; absent for commands. */
  readonly ts?: string;
  /** The thread in which the answer belongs; absent for commands. */
  readonly threadTs?: string;
  /** The message stood in a thread already. */
  readonly inThread: boolean;
  /** Nobody named Jamie: it is for Jamie only where Jamie takes part. */
  readonly unaddressed: boolean;
  /** Asked in a direct message. */
  readonly direct: boolean;
  /** What was asked, as people read it; may be empty. */
  readonly text: string;
  /** What the question is about: the message of a shortcut. Data, never instructions. */
  readonly context?: string;
  /** The author's own workspace, where Slack says that it is another one. */
  readonly authorTeamId?: string;
  /** The channel is shared with another organisation; undefined where Slack did not say. */
  readonly sharedChannel?: boolean;
  /** Where answers to a command go, visible to the asker alone. */
  readonly responseUrl?: string;
}
