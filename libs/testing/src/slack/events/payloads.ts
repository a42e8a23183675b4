import { compact, type Json } from '../json';
import type { InstalledApp } from '../world/app';
import { homeTeam } from '../world/cast';
import type { Channel, ChannelKind, Message } from '../world/model';
import { renderMessage } from '../world/render';
import type { World } from '../world/world';

/** bolt-python tests/scenario_tests/test_message_bot.py: the outer envelope. */
export function envelope(app: InstalledApp, eventId: string, event: Json, channel?: Channel): Json {
  const originTeam = typeof event['source_team'] === 'string' ? event['source_team'] : homeTeam.id;
  return compact({
    token: app.verificationToken,
    team_id: originTeam,
    context_team_id: homeTeam.id,
    context_enterprise_id: null,
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(Date.now() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: homeTeam.id,
        user_id: app.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: channel?.extShared,
    event_context: `4-${eventId}`,
  });
}

const channelTypes: Record<ChannelKind, string> = {
  public: 'channel',
  private: 'group',
  im: 'im',
  mpim: 'mpim',
};

const subscriptionOf: Record<ChannelKind, { subscription: string; scope: string }> = {
  public: { subscription: 'message.channels', scope: 'channels:history' },
  private: { subscription: 'message.groups', scope: 'groups:history' },
  im: { subscription: 'message.im', scope: 'im:history' },
  mpim: { subscription: 'message.mpim', scope: 'mpim:history' },
};

/** An event is sent only if the app subscribed to it and holds its scope. */
export function receivesMessages(app: InstalledApp, kind: ChannelKind): boolean {
  const { subscription, scope } = subscriptionOf[kind];
  return app.subscriptions.has(subscription) && app.scopes.has(scope);
}

export function receivesMentions(app: InstalledApp): boolean {
  return app.subscriptions.has('app_mention') && app.scopes.has('app_mentions:read');
}

const scopeOf: Readonly<Record<string, string>> = {
  reaction_added: 'reactions:read',
  agent_session_stopped: 'assistant:write',
  agent_session_title_changed: 'assistant:write',
  member_joined_channel: 'channels:read',
};

export function receives(app: InstalledApp, type: string): boolean {
  const scope = scopeOf[type];
  return app.subscriptions.has(type) && (scope === undefined || app.scopes.has(scope));
}

/** Without which the app would not be told of this event; undefined when nothing is needed. */
export function scopeFor(event: Json, channel: Channel | undefined): string | undefined {
  if (event['type'] === 'app_mention') return 'app_mentions:read';
  if (event['type'] === 'message') return channel && subscriptionOf[channel.kind].scope;
  return scopeOf[String(event['type'])];
}

export function messageEvent(world: World, channel: Channel, message: Message): Json {
  return {
    ...inner(world, message),
    channel: channel.id,
    event_ts: message.ts,
    channel_type: channelTypes[channel.kind],
  };
}

/** docs.slack.dev, app_mention: the same message, without channel_type. */
export function mentionEvent(world: World, channel: Channel, message: Message): Json {
  return { ...inner(world, message), type: 'app_mention', channel: channel.id, event_ts: message.ts };
}

/** bolt-python tests/scenario_tests/test_message_changed.py: `ts` is the time of the change. */
export function changedEvent(world: World, channel: Channel, message: Message, previous: Json): Json {
  const ts = world.nextTs();
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    message: renderMessage(world, message),
    previous_message: previous,
    channel: channel.id,
    ts,
    event_ts: ts,
    channel_type: channelTypes[channel.kind],
  };
}

export function deletedEvent(world: World, channel: Channel, deletedTs: string, previous: Json): Json {
  const ts = world.nextTs();
  return {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    deleted_ts: deletedTs,
    previous_message: previous,
    channel: channel.id,
    ts,
    event_ts: ts,
    channel_type: channelTypes[channel.kind],
  };
}

// docs.slack.dev, Slack Connect: only authors from elsewhere carry their team and profile.
function inner(world: World, message: Message): Json {
  const rendered = renderMessage(world, message);
  if (message.teamId === homeTeam.id) return rendered;
  const author = message.userId === undefined ? undefined : world.findUser(message.userId);
  return {
    ...rendered,
    user_team: message.teamId,
    source_team: message.teamId,
    user_profile: { real_name: author?.realName, display_name: author?.key, team: message.teamId },
  };
}
