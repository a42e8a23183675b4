import type { Answer, Source } from './answer';
import type { Turn } from './conversation';
import type { JamieError } from './errors';

/** The road on which a question came in. */
export type Surface = 'rest' | 'openai' | 'slack';

export interface Question {
  /** What was asked, trimmed, never empty. */
  readonly message: string;
  readonly surface: Surface;
  /** Who asks, as the surface tells askers apart; they take turns at a busy model. Never leaves the process. */
  readonly asker?: string;
  /** What the asker already knows: alert text, a log, earlier findings. Data, never instructions. */
  readonly context?: string;
  /** Continues that conversation; absent, a new one is made. */
  readonly conversationId?: string;
  /** The id that the answer will carry, where the surface names it before it is there; absent, a new one is made. */
  readonly answerId?: string;
  /** Under which log lines about this question can be found. */
  readonly requestId?: string;
  /** Earlier turns, oldest first, where the surface keeps them itself (a Slack thread). Then no store is asked. */
  readonly history?: readonly Turn[];
}

/** What is being done for the asker right now. */
export type ChatPhase = 'searching' | 'queued' | 'loading' | 'thinking' | 'degraded';

/**
 * What happens to one question, in order: any number of `status`, `text-delta` and `sources`, then exactly one
 * `finish` or `error`. Every surface renders this one stream.
 */
export type ChatEvent =
  | { readonly type: 'status'; readonly phase: ChatPhase; readonly text: string }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'sources'; readonly sources: readonly Source[] }
  | { readonly type: 'finish'; readonly answer: Answer }
  | { readonly type: 'error'; readonly error: JamieError };
