import type { SlackCallError } from './slack-call-error';

/** Where messages to one asker go. */
export interface Place {
  readonly channel: string;
  /** The thread; absent: the top level of a direct message. */
  readonly threadTs?: string;
}

/** The thread is gone: most likely its question was taken back. */
const gone = new Set([
  'thread_not_found',
  'invalid_thread_ts',
  'cannot_reply_to_message',
  'message_not_found',
]);

/** Errors after which nothing can be said in this place any more. */
const closed = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  ...gone,
  'user_not_in_channel',
  'team_access_not_granted',
  'messages_tab_disabled',
]);

export function isGone(error: SlackCallError): boolean {
  return gone.has(error.code);
}

export function isClosed(error: SlackCallError): boolean {
  return closed.has(error.code) || error.code.startsWith('restricted_action');
}
