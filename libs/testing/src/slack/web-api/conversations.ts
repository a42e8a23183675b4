import { compact, type Json } from '../json';
import { tiers } from '../rate-limits';
import type { Channel, Message } from '../world/model';
import { renderChannel, renderMessage } from '../world/render';
import { missingScope, readableChannel, requireScope, seenChannel } from './access';
import { ApiError, invalidArguments } from './api-error';
import type { Method, MethodCall } from './method';

function info(call: MethodCall): Json {
  const channel = seenChannel(call, call.args.text('channel'));
  requireScope(call, channel, 'read');
  return { channel: renderChannel(channel, call.slack.app.userId) };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly more: Json;
}

/** docs.slack.dev, pagination: an opaque base64 cursor. @throws ApiError invalid_cursor */
function page<T>(call: MethodCall, items: readonly T[], limit: { usual: number; most: number }): Page<T> {
  const asked = call.args.integer('limit') ?? limit.usual;
  if (asked < 1 || asked > limit.most) throw invalidArguments('limit is out of range [json-pointer:/limit]');
  const start = readCursor(call.args.optionalText('cursor'));
  const end = start + asked;
  const next = end < items.length ? Buffer.from(`offset:${end}`).toString('base64') : '';
  const more = { has_more: next !== '', response_metadata: { next_cursor: next } };
  return { items: items.slice(start, end), more };
}

function readCursor(cursor: string | undefined): number {
  if (!cursor) return 0;
  const offset = /^offset:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1];
  if (offset === undefined) throw new ApiError('invalid_cursor');
  return Number(offset);
}

// docs.slack.dev, rate limits: apps sold outside the Marketplace read fifteen messages a time.
function historyLimit(call: MethodCall, usual: number): { usual: number; most: number } {
  return call.slack.settings.distribution === 'internal' ? { usual, most: 1_000 } : { usual: 15, most: 15 };
}

function within(call: MethodCall, messages: readonly Message[]): Message[] {
  const oldest = call.args.optionalText('oldest') ?? '0';
  const latest = call.args.optionalText('latest');
  const inclusive = call.args.flag('inclusive') === true;
  return messages.filter(({ ts }) => {
    const after = inclusive ? ts >= oldest : ts > oldest;
    const before = latest === undefined || (inclusive ? ts <= latest : ts < latest);
    return after && before;
  });
}

/** Newest first; replies only where they were broadcast. */
function history(call: MethodCall): Json {
  const channel = readableChannel(call, call.args.text('channel'));
  const top = call.slack.world
    .messagesIn(channel.id)
    .filter((message) => message.threadTs === undefined || message.broadcast === true);
  const { items, more } = page(call, within(call, top).toReversed(), historyLimit(call, 100));
  return { messages: rendered(call, items), ...more };
}

/** Root first, then oldest first. A reply's own ts finds that reply alone. */
function replies(call: MethodCall): Json {
  const channel = readableChannel(call, call.args.text('channel'));
  const ts = call.args.text('ts');
  const thread = call.slack.world.thread(channel.id, ts);
  if (thread.length === 0) throw new ApiError('thread_not_found');
  const root = thread.filter((message) => message.ts === ts);
  const rest = within(
    call,
    thread.filter((message) => message.ts !== ts),
  );
  const { items, more } = page(call, [...root, ...rest], historyLimit(call, 1_000));
  return { messages: rendered(call, items), ...more };
}

function rendered(call: MethodCall, messages: readonly Message[]): Json[] {
  const withMetadata = call.args.flag('include_all_metadata') === true;
  return messages.map((message) => {
    const full = renderMessage(call.slack.world, message);
    return withMetadata ? full : compact({ ...full, metadata: undefined });
  });
}

function open(call: MethodCall): Json {
  const { world, app } = call.slack;
  const ids = call.args.optionalText('users')?.split(',') ?? [];
  if (ids.length === 0) return { channel: idOf(seenChannel(call, call.args.text('channel'))) };
  const users = ids.map((id) => world.users.find((user) => user.id === id.trim()));
  if (users.some((user) => user === undefined)) throw new ApiError('user_not_found');
  const [user] = users;
  if (user === undefined || users.length > 1) throw new ApiError('method_not_supported_for_channel_type');
  if (user.id === app.userId) throw new ApiError('cannot_dm_bot');
  if (user.deleted) throw new ApiError('user_disabled');
  const known = world.channels.some(({ id }) => id === `D${user.id.slice(1)}`);
  const channel = world.directMessagesOf(user.id);
  const whole = call.args.flag('return_im') === true;
  return {
    ...(known ? { no_op: true, already_open: true } : {}),
    channel: whole ? renderChannel(channel, app.userId) : idOf(channel),
  };
}

const idOf = (channel: Channel): Json => ({ id: channel.id });

function join(call: MethodCall): Json {
  const { app, journal } = call.slack;
  if (!app.scopes.has('channels:join')) throw missingScope('channels:join', app.scopes);
  const channel = seenChannel(call, call.args.text('channel'));
  if (channel.kind !== 'public') throw new ApiError('method_not_supported_for_channel_type');
  if (channel.archived) throw new ApiError('is_archived');
  const already = channel.members.has(app.userId);
  channel.members.add(app.userId);
  journal.note('world', `jamie joined ${channel.id}`);
  const warning = { warning: 'already_in_channel', response_metadata: { warnings: ['already_in_channel'] } };
  return { channel: renderChannel(channel, app.userId), ...(already ? warning : {}) };
}

function members(call: MethodCall): Json {
  const channel = seenChannel(call, call.args.text('channel'));
  requireScope(call, channel, 'read');
  const { items, more } = page(call, [...channel.members], { usual: 100, most: 1_000 });
  return { members: items, response_metadata: more['response_metadata'] };
}

const reads = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];
const histories = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const pageArguments = ['cursor', 'limit'];
const rangeArguments = [...pageArguments, 'oldest', 'latest', 'inclusive', 'include_all_metadata'];

const method = (
  name: string,
  run: Method['run'],
  rest: Pick<Method, 'scopes' | 'perMinute' | 'required' | 'optional'>,
): Method => ({ name: `conversations.${name}`, token: 'bot', run, ...rest });

const channelOnly = ['channel'];

export const conversationMethods: readonly Method[] = [
  method('info', info, {
    scopes: reads,
    perMinute: tiers.tier3,
    required: channelOnly,
    optional: ['include_locale', 'include_num_members'],
  }),
  method('history', history, {
    scopes: histories,
    perMinute: tiers.tier3,
    required: channelOnly,
    optional: rangeArguments,
  }),
  method('replies', replies, {
    scopes: histories,
    perMinute: tiers.tier3,
    required: ['channel', 'ts'],
    optional: rangeArguments,
  }),
  method('open', open, {
    scopes: ['im:write', 'mpim:write', 'channels:manage', 'groups:write'],
    perMinute: tiers.tier3,
    required: [],
    optional: ['users', 'channel', 'return_im', 'prevent_creation'],
  }),
  method('join', join, {
    scopes: ['channels:join'],
    perMinute: tiers.tier3,
    required: channelOnly,
    optional: [],
  }),
  method('members', members, {
    scopes: reads,
    perMinute: tiers.tier4,
    required: channelOnly,
    optional: pageArguments,
  }),
];
