import type { Json } from '../json';

type DeliveryKind = 'events_api' | 'slash_commands' | 'interactive';

/** Something to tell the app. */
export interface DeliveryRequest {
  readonly kind: DeliveryKind;
  /** The inner event's type, the command, or the interaction's type. */
  readonly type: string;
  readonly payload: Json;
  /** Whether the acknowledgement may carry an answer (docs.slack.dev, Socket Mode). */
  readonly acceptsResponse: boolean;
}

export interface AttemptOrder {
  /** 0 for the first delivery, then 1 to 3. */
  readonly retry: number;
  readonly retryReason?: string;
  /** Lets the app do its work, but loses its acknowledgement. */
  readonly loseAck: boolean;
}

/** docs.slack.dev, Events API: x-slack-retry-reason. */
export type FailureReason =
  'http_timeout' | 'http_error' | 'connection_failed' | 'too_many_redirects' | 'timeout';

export interface Attempt {
  readonly retry: number;
  readonly atMs: number;
  readonly latencyMs: number;
  readonly acked: boolean;
  /** HTTP status, absent over Socket Mode and when no answer came. */
  readonly status?: number;
  readonly reason?: FailureReason;
  /** What the acknowledgement carried. */
  readonly response?: unknown;
  /** The app asked for no further attempts by `x-slack-no-retry: 1`. */
  readonly stopRetrying?: boolean;
  /** The stand-in itself broke it. */
  readonly sabotaged?: boolean;
}

export interface Delivery extends DeliveryRequest {
  readonly id: string;
  /** Absent for commands and interactions. */
  readonly eventId?: string;
  readonly attempts: Attempt[];
  outcome: 'pending' | 'acked' | 'failed';
}

/** One road to the app. */
export interface Transport {
  /** False: the app has no address to deliver to, and nothing is sent. */
  readonly ready: boolean;
  attempt(request: DeliveryRequest, order: AttemptOrder): Promise<Attempt>;
}

/** How an event is disturbed on its way. */
export interface DeliveryPlan {
  /** Further deliveries of the same event id, without retry headers (node-slack-sdk issue 2141). */
  readonly copies?: number;
  /** Further deliveries under event ids of their own. */
  readonly newIdCopies?: number;
  /** Which of the two events of one mention comes first. */
  readonly first?: 'app_mention' | 'message' | 'random';
  /** Sends only one of the two. */
  readonly only?: 'app_mention' | 'message';
  readonly delayMs?: number;
  /** The acknowledgements of this many attempts are lost on the way back. */
  readonly loseAcks?: number;
}
