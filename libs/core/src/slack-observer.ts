/** How somebody asked in Slack. */
export type SlackAskKind = 'mention' | 'command' | 'direct' | 'shortcut';

export type SlackTransport = 'http' | 'socket';

/** Methods of Slack's Web API that are called. They are the values of the label `method`. */
export const slackApiMethods = [
  'agents.sessions.setStatus',
  'assistant.threads.setStatus',
  'assistant.threads.setSuggestedPrompts',
  'assistant.threads.setTitle',
  'auth.test',
  'bots.info',
  'chat.appendStream',
  'chat.postEphemeral',
  'chat.postMessage',
  'chat.startStream',
  'chat.stopStream',
  'chat.update',
  'conversations.history',
  'conversations.info',
  'conversations.open',
  'conversations.replies',
  'files.completeUploadExternal',
  'files.getUploadURLExternal',
  'users.info',
  'views.publish',
] as const;

export type SlackApiMethod = (typeof slackApiMethods)[number];

export const slackCallOutcomes = ['success', 'error', 'rate_limited'] as const;

export type SlackCallOutcome = (typeof slackCallOutcomes)[number];

/** Why something that came from Slack, or claimed to, was refused. They are the values of the label `reason`. */
export const slackRefusalReasons = [
  'bad_request',
  'bad_signature',
  'missing_signature',
  'stale',
  'future',
  'replayed',
  'too_large',
  'foreign_app',
  'foreign_workspace',
  'stranger',
  'guest',
  'shared_channel',
  'unknown_channel',
  'unknown_person',
  'shutting_down',
] as const;

export type SlackRefusalReason = (typeof slackRefusalReasons)[number];

/** Port: is told what happens between Slack and Jamie. Implementations never throw and never wait. */
export abstract class SlackObserver {
  /** An accepted ask is finished. `error`: the asker got only an apology. */
  abstract askFinished(kind: SlackAskKind, outcome: 'success' | 'error'): void;
  abstract apiCalled(method: SlackApiMethod, outcome: SlackCallOutcome): void;
  /** A call was held back because Slack had asked for it. */
  abstract rateLimitWaited(seconds: number): void;
  /** The same event came once more. */
  abstract duplicateDelivery(): void;
  abstract refused(reason: SlackRefusalReason): void;
  abstract feedback(verdict: 'good' | 'bad'): void;
  abstract connectionChanged(transport: SlackTransport, connected: boolean): void;
}
