import { compact, objectField, type Json } from '../json';
import { tiers } from '../rate-limits';
import { homeTeam, partnerTeam } from '../world/cast';
import { renderUser } from '../world/render';
import { ApiError } from './api-error';
import type { Method, MethodCall } from './method';

/** Answers for either kind of token; which one it was does not change what an installation is called. */
function authTest({ slack }: MethodCall): Json {
  const { userId, botId } = slack.app;
  return {
    url: `https://${homeTeam.domain}.slack.com/`,
    team: homeTeam.name,
    team_id: homeTeam.id,
    user: 'jamie',
    user_id: userId,
    bot_id: botId,
    is_enterprise_install: false,
  };
}

function openConnection({ slack }: MethodCall): Json {
  if (slack.sockets.linkDisabled) {
    slack.journal.violation('socket.reopened', 'apps.connections.open was called after link_disabled');
    throw new ApiError('forbidden_team');
  }
  const origin = slack.socketOrigin ?? slack.baseUrl;
  const url = `${origin.replace(/^http/, 'ws')}/link/?ticket=${slack.sockets.issueTicket()}&app_id=${slack.app.id}`;
  return { url };
}

function teamInfo(call: MethodCall): Json {
  const id = call.args.optionalText('team') ?? homeTeam.id;
  const team = [homeTeam, partnerTeam].find((candidate) => candidate.id === id);
  if (team === undefined) throw new ApiError('team_not_found');
  return { team: { ...team, email_domain: '', icon: {} } };
}

function userInfo(call: MethodCall): Json {
  const id = call.args.text('user');
  const user = call.slack.world.users.find((candidate) => candidate.id === id);
  if (user === undefined) throw new ApiError('user_not_found');
  const email = call.slack.app.scopes.has('users:read.email') ? `${user.key}@example.com` : undefined;
  const rendered = renderUser(user, homeTeam.id);
  const profile = compact({ ...objectField(rendered, 'profile'), email });
  return { user: { ...rendered, profile } };
}

function botInfo(call: MethodCall): Json {
  const id = call.args.optionalText('bot') ?? call.slack.app.botId;
  const bot = call.slack.world.users.find(({ botId }) => botId === id);
  if (bot === undefined) throw new ApiError('bot_not_found');
  return {
    bot: { id, deleted: bot.deleted, name: bot.realName, user_id: bot.id, app_id: bot.appId, icons: {} },
  };
}

export const peopleMethods: readonly Method[] = [
  { name: 'auth.test', scopes: [], perMinute: tiers.special, required: [], optional: [], run: authTest },
  {
    name: 'apps.connections.open',
    token: 'app',
    scopes: ['connections:write'],
    perMinute: tiers.tier3,
    required: [],
    optional: [],
    run: openConnection,
  },
  {
    name: 'team.info',
    token: 'bot',
    scopes: ['team:read'],
    perMinute: tiers.tier3,
    required: [],
    optional: ['team', 'domain'],
    run: teamInfo,
  },
  {
    name: 'users.info',
    token: 'bot',
    scopes: ['users:read'],
    perMinute: tiers.tier4,
    required: ['user'],
    optional: ['include_locale'],
    run: userInfo,
  },
  {
    name: 'bots.info',
    token: 'bot',
    scopes: ['users:read'],
    perMinute: tiers.tier3,
    required: [],
    optional: ['bot', 'team_id'],
    run: botInfo,
  },
];
