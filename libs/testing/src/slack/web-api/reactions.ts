import type { Json } from '../json';
import { tiers } from '../rate-limits';
import type { Message } from '../world/model';
import { joinedChannel } from './access';
import { ApiError } from './api-error';
import type { Method, MethodCall } from './method';

function target(call: MethodCall): { message: Message; name: string } {
  const channel = joinedChannel(call, call.args.text('channel'));
  const name = call.args.text('name');
  if (!/^[\p{L}\p{N}_'+-]+(::skin-tone-[2-6])?$/u.test(name)) throw new ApiError('invalid_name');
  const message = call.slack.world.find(channel.id, call.args.text('timestamp'));
  if (message === undefined) throw new ApiError('message_not_found');
  if (channel.archived) throw new ApiError('is_archived');
  return { message, name };
}

function add(call: MethodCall): Json {
  const { message, name } = target(call);
  const users = message.reactions.get(name) ?? new Set<string>();
  if (users.has(call.slack.app.userId)) throw new ApiError('already_reacted');
  message.reactions.set(name, users.add(call.slack.app.userId));
  return {};
}

function remove(call: MethodCall): Json {
  const { message, name } = target(call);
  if (message.reactions.get(name)?.delete(call.slack.app.userId) !== true) throw new ApiError('no_reaction');
  return {};
}

const shared = {
  token: 'bot',
  scopes: ['reactions:write'],
  required: ['channel', 'name', 'timestamp'],
  optional: [],
} as const;

export const reactionMethods: readonly Method[] = [
  { ...shared, name: 'reactions.add', perMinute: tiers.tier3, run: add },
  { ...shared, name: 'reactions.remove', perMinute: tiers.tier2, run: remove },
];
