import type { Channel, ChannelKind, Team, User } from './model';

export const homeTeam: Team = { id: 'T1', name: 'Acme', domain: 'acme' };
export const partnerTeam: Team = { id: 'T2', name: 'Partner', domain: 'partner' };

const person = (key: string, id: string, changes: Partial<User> = {}): User => ({
  key,
  id,
  teamId: homeTeam.id,
  realName: key,
  deleted: false,
  restricted: false,
  ultraRestricted: false,
  ...changes,
});

/** The people and bots of every test. `jamie` is the app under test. */
export const cast = (): User[] => [
  person('jamie', 'U0JAMIE', { realName: 'Jamie', botId: 'B0JAMIE', appId: 'A0JAMIE' }),
  person('owner', 'U0OWNER'),
  person('engineer', 'U0ENGINEER'),
  person('onCall', 'U0ONCALL'),
  person('multiGuest', 'U0MULTIGUEST', { restricted: true }),
  person('singleGuest', 'U0SINGLEGUEST', { restricted: true, ultraRestricted: true }),
  person('stranger', 'U0STRANGER', { teamId: partnerTeam.id }),
  person('deactivated', 'U0DEACTIVATED', { deleted: true }),
  person('otherBot', 'U0OTHERBOT', { botId: 'B0OTHERBOT', appId: 'A0OTHERBOT' }),
];

/** Posts through an incoming webhook: a bot id, no user. */
export const alertBot = { botId: 'B0ALERTS', appId: 'A0ALERTS', username: 'Alertmanager' };

const everybody = ['U0OWNER', 'U0ENGINEER', 'U0ONCALL', 'U0MULTIGUEST', 'U0OTHERBOT'];

export const makeChannel = (
  id: string,
  name: string,
  kind: ChannelKind,
  changes: Partial<Channel> = {},
): Channel => ({
  id,
  name,
  kind,
  members: new Set([...everybody, 'U0JAMIE']),
  archived: false,
  readOnly: false,
  threadsLocked: false,
  extShared: false,
  pendingExtShared: false,
  ...changes,
});

const withoutJamie = (): Set<string> => new Set(everybody);

/** `random` and `secret` are without the bot; the others are named after what is odd about them. */
export const stage = (): Channel[] => [
  makeChannel('C0GENERAL', 'general', 'public'),
  makeChannel('C0OPS', 'ops', 'public'),
  makeChannel('C0RANDOM', 'random', 'public', { members: withoutJamie() }),
  makeChannel('C0PRIVATE', 'private', 'private'),
  makeChannel('C0SECRET', 'secret', 'private', { members: withoutJamie() }),
  makeChannel('C0ARCHIVED', 'archived', 'public', { archived: true }),
  makeChannel('C0SHARED', 'shared', 'public', {
    extShared: true,
    members: new Set([...everybody, 'U0JAMIE', 'U0STRANGER']),
  }),
  makeChannel('C0PENDING', 'pending-shared', 'public', { pendingExtShared: true }),
  makeChannel('C0READONLY', 'read-only', 'public', { readOnly: true }),
  makeChannel('C0LOCKED', 'thread-locked', 'public', { threadsLocked: true }),
  makeChannel('C0GUEST', 'guest', 'public', {
    members: new Set(['U0ENGINEER', 'U0SINGLEGUEST', 'U0JAMIE']),
  }),
  makeChannel('G0GROUP', 'group-dm', 'mpim', {
    members: new Set(['U0ENGINEER', 'U0ONCALL', 'U0JAMIE']),
  }),
];

/** The scopes and subscriptions that the app's manifest asks for. */
export const manifestScopes: readonly string[] = [
  'app_mentions:read',
  'assistant:write',
  'chat:write',
  'commands',
  'channels:history',
  'groups:history',
  'im:history',
  'mpim:history',
  'channels:read',
  'groups:read',
  'im:read',
  'im:write',
  'mpim:read',
  'reactions:read',
  'reactions:write',
  'users:read',
  'team:read',
  'files:read',
  'files:write',
];

export const manifestSubscriptions: readonly string[] = [
  'app_home_opened',
  'app_context_changed',
  'app_mention',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'agent_session_stopped',
  'agent_session_title_changed',
  'reaction_added',
  'member_joined_channel',
  'app_uninstalled',
  'tokens_revoked',
];
