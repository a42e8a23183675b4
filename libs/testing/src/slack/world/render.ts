import { compact, type Json } from '../json';
import type { Channel, FileRecord, Message, User } from './model';
import { generatedBlocks } from './text';
import type { World } from './world';

/** Shapes: docs.slack.dev object references; java-slack-sdk json-logs/samples/api. */
export function renderMessage(world: World, message: Message): Json {
  return compact({
    type: 'message',
    subtype: message.subtype,
    user: message.userId,
    bot_id: message.botId,
    app_id: message.appId,
    bot_profile: botProfile(world, message),
    username: message.username,
    text: message.text,
    ts: message.ts,
    team: message.teamId,
    client_msg_id: message.botId === undefined ? `msg-${message.ts}` : undefined,
    blocks: blocksOf(message),
    attachments: message.attachments.length > 0 ? message.attachments : undefined,
    files: message.files.length > 0 ? message.files.map(renderFile) : undefined,
    metadata: message.metadata,
    edited: message.edited,
    streaming_state: message.stream?.state,
    reactions: reactionsOf(message),
    ...threadFields(world, message),
  });
}

function blocksOf(message: Message): readonly Json[] | undefined {
  const blocks = message.blocks.length > 0 ? message.blocks : generatedBlocks(message.text);
  return blocks.length > 0 ? blocks : undefined;
}

function botProfile(world: World, message: Message): Json | undefined {
  if (message.botId === undefined || message.subtype === 'bot_message') return undefined;
  const bot = world.users.find((user) => user.botId === message.botId);
  return {
    id: message.botId,
    app_id: message.appId,
    name: bot?.realName ?? message.username,
    team_id: message.teamId,
  };
}

function reactionsOf(message: Message): Json[] | undefined {
  if (message.reactions.size === 0) return undefined;
  return [...message.reactions].map(([name, users]) => ({ name, users: [...users], count: users.size }));
}

function threadFields(world: World, message: Message): Json {
  if (message.threadTs !== undefined) {
    const root = world.find(message.channelId, message.threadTs);
    return compact({ thread_ts: message.threadTs, parent_user_id: root?.userId });
  }
  const replies = world.thread(message.channelId, message.ts).slice(1);
  const latest = replies.at(-1);
  if (latest === undefined) return {};
  const authors = new Set(replies.map(({ userId, botId }) => userId ?? botId ?? ''));
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: authors.size,
    reply_users: [...authors],
    latest_reply: latest.ts,
  };
}

export function renderFile(file: FileRecord): Json {
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.name.split('.').at(-1) ?? 'binary',
    size: file.lengthBytes,
    mode: 'hosted',
    is_external: false,
    user: 'U0JAMIE',
  };
}

export function renderUser(user: User, viewerTeamId: string): Json {
  return compact({
    id: user.id,
    team_id: user.teamId,
    name: user.key.toLowerCase(),
    real_name: user.realName,
    deleted: user.deleted,
    tz: 'Europe/Berlin',
    is_bot: user.botId !== undefined,
    is_admin: user.key === 'owner',
    is_owner: user.key === 'owner',
    is_restricted: user.restricted,
    is_ultra_restricted: user.ultraRestricted,
    is_stranger: user.teamId !== viewerTeamId ? true : undefined,
    profile: compact({
      real_name: user.realName,
      display_name: user.key,
      bot_id: user.botId,
      api_app_id: user.appId,
    }),
  });
}

export function renderChannel(channel: Channel, viewerId: string): Json {
  if (channel.kind === 'im') {
    const other = [...channel.members].find((id) => id !== viewerId);
    return { id: channel.id, created: 1_700_000_000, is_im: true, user: other, is_archived: false };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created: 1_700_000_000,
    creator: 'U0OWNER',
    is_channel: channel.kind === 'public',
    is_group: false,
    is_im: false,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'public',
    is_general: channel.name === 'general',
    is_archived: channel.archived,
    is_member: channel.members.has(viewerId),
    is_shared: channel.extShared,
    is_ext_shared: channel.extShared,
    is_pending_ext_shared: channel.pendingExtShared,
    is_org_shared: false,
    is_read_only: channel.readOnly,
    is_thread_only: false,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: channel.members.size,
  };
}
