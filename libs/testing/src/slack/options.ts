/** Slack's own times. Tests shorten those that they would otherwise have to sit through. */
export interface Timing {
  /** docs.slack.dev, Events API: 2xx within three seconds. */
  readonly ackTimeoutMs: number;
  /** docs.slack.dev, Events API: nearly at once, after a minute, after five minutes. */
  readonly retryDelaysMs: readonly number[];
  /** The two events of one mention arrive in any order, up to this far apart. */
  readonly eventSpreadMs: number;
  /** Measured by users, not documented: node-slack-sdk issue 2702, python-slack-sdk issue 1859. */
  readonly streamLifeMs: number;
  /** docs.slack.dev, assistant.threads.setStatus: two minutes. */
  readonly statusLifeMs: number;
  /** docs.slack.dev, agents.sessions.setStatus: `processing` ends after one hour. */
  readonly sessionLifeMs: number;
  readonly triggerLifeMs: number;
  readonly responseUrlLifeMs: number;
  /** What Slack calls a minute in its rate limits. */
  readonly rateWindowMs: number;
  /** Calls already on the wire when a 429 went out are no breach of it. */
  readonly retryAfterGraceMs: number;
  readonly ticketLifeMs: number;
  readonly socketPingMs: number;
  /** From the `warning` frame to the close. */
  readonly socketWarningMs: number;
  /** How long a dead socket still gets its share of the events. */
  readonly ghostLifeMs: number;
  /** How long an event waits for a socket to open before the attempt counts as failed. */
  readonly socketGapMs: number;
}

const slackTiming: Timing = {
  ackTimeoutMs: 3_000,
  retryDelaysMs: [0, 60_000, 300_000],
  eventSpreadMs: 100,
  streamLifeMs: 300_000,
  statusLifeMs: 120_000,
  sessionLifeMs: 3_600_000,
  triggerLifeMs: 3_000,
  responseUrlLifeMs: 1_800_000,
  rateWindowMs: 60_000,
  retryAfterGraceMs: 300,
  ticketLifeMs: 30_000,
  socketPingMs: 10_000,
  socketWarningMs: 10_000,
  ghostLifeMs: 60_000,
  socketGapMs: 30_000,
};

/** On, or the error word by which Slack refuses it. */
type Feature =
  | 'on'
  | 'unknown_method'
  | 'feature_not_enabled'
  | 'feature_disabled'
  | 'method_deprecated'
  | 'channel_type_not_supported';

export interface Features {
  /** agents.sessions.* */
  readonly sessions: Feature;
  /** assistant.threads.* */
  readonly assistant: Feature;
  /** chat.startStream, chat.appendStream, chat.stopStream */
  readonly streams: Feature;
}

/** Which of the app's own posts come back to it as events. */
export interface Echo {
  readonly posts: boolean;
  readonly updates: boolean;
  /** One `message_changed` for each append; the real cadence is not documented. */
  readonly appends: boolean;
}

export interface SlackStandInOptions {
  readonly seed?: number;
  readonly transport?: 'http' | 'socket';
  /** Where events, commands and clicks are posted in HTTP mode; may be set later by `deliverTo`. */
  readonly eventsUrl?: string;
  readonly timing?: Partial<Timing>;
  readonly rateLimits?: 'strict' | 'off';
  /** docs.slack.dev, rate limits: unlisted commercial apps may read history once a minute, 15 messages. */
  readonly distribution?: 'internal' | 'commercial_unlisted';
  /** Whether a stream's life counts from its start or from its last append. */
  readonly streamLife?: 'total' | 'idle';
  readonly scopes?: readonly string[];
  readonly subscriptions?: readonly string[];
  readonly features?: Partial<Features>;
  /** docs.slack.dev, migrating to the agent messaging experience: an app has one of the two. */
  readonly view?: 'agent' | 'assistant';
  readonly echo?: Partial<Echo>;
}

export interface Settings {
  readonly seed: number;
  readonly transport: 'http' | 'socket';
  readonly timing: Timing;
  readonly rateLimits: 'strict' | 'off';
  readonly distribution: 'internal' | 'commercial_unlisted';
  readonly streamLife: 'total' | 'idle';
  readonly view: 'agent' | 'assistant';
  readonly echo: Echo;
}

export function settingsFrom(options: SlackStandInOptions): Settings {
  return {
    seed: options.seed ?? 1,
    transport: options.transport ?? 'http',
    timing: { ...slackTiming, ...options.timing },
    rateLimits: options.rateLimits ?? 'strict',
    distribution: options.distribution ?? 'internal',
    streamLife: options.streamLife ?? 'total',
    view: options.view ?? 'agent',
    echo: { posts: true, updates: true, appends: true, ...options.echo },
  };
}
