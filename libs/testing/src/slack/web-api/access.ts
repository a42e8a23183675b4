import type { Channel, ChannelKind, Message } from '../world/model';
import { ApiError } from './api-error';
import type { MethodCall } from './method';

/** @throws ApiError channel_not_found: also for a private channel that the app is not in. */
export function seenChannel({ slack }: MethodCall, id: string): Channel {
  const channel = slack.world.channels.find((candidate) => candidate.id === id);
  const hidden = channel !== undefined && channel.kind !== 'public' && !channel.members.has(slack.app.userId);
  if (channel === undefined || hidden) throw new ApiError('channel_not_found');
  return channel;
}

/** Reading needs the scope before the membership. @throws ApiError */
export function readableChannel(call: MethodCall, id: string): Channel {
  requireScope(call, seenChannel(call, id), 'history');
  return joinedChannel(call, id);
}

/** @throws ApiError not_in_channel for a public channel that the app has not joined. */
export function joinedChannel(call: MethodCall, id: string): Channel {
  const channel = seenChannel(call, id);
  if (!channel.members.has(call.slack.app.userId)) throw new ApiError('not_in_channel');
  return channel;
}

/** A channel the app may post to. A user's id stands for the direct messages with them (chat.postMessage). */
export function writableChannel(call: MethodCall, id: string): Channel {
  const user = call.slack.world.users.find((candidate) => candidate.id === id);
  const channel = user === undefined ? joinedChannel(call, id) : call.slack.world.directMessagesOf(user.id);
  if (channel.archived) throw new ApiError('is_archived');
  if (channel.readOnly) throw new ApiError('restricted_action_read_only_channel');
  return channel;
}

/** @throws ApiError when replies cannot hang on that message. */
export function threadRoot(call: MethodCall, channel: Channel, threadTs: string): Message {
  if (!/^\d{10}\.\d{6}$/.test(threadTs)) throw new ApiError('invalid_thread_ts');
  const root = call.slack.world.find(channel.id, threadTs);
  if (root === undefined) throw new ApiError('thread_not_found');
  if (root.threadTs !== undefined && root.threadTs !== root.ts) throw new ApiError('cannot_reply_to_message');
  if (channel.threadsLocked) throw new ApiError('restricted_action_thread_locked');
  return root;
}

const prefixes: Record<ChannelKind, string> = {
  public: 'channels',
  private: 'groups',
  im: 'im',
  mpim: 'mpim',
};

/** docs.slack.dev, conversations.*: the scope depends on the kind of channel. */
export function requireScope(call: MethodCall, channel: Channel, right: 'read' | 'history'): void {
  const needed = `${prefixes[channel.kind]}:${right}`;
  const { scopes } = call.slack.app;
  if (!scopes.has(needed)) throw missingScope(needed, scopes);
  call.slack.app.exercised.add(needed);
}

export function missingScope(needed: string, provided: ReadonlySet<string>): ApiError {
  return new ApiError('missing_scope', { needed, provided: [...provided].join(',') });
}
