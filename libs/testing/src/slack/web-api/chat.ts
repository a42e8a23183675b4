import { compact, type Json } from '../json';
import { limits } from '../blocks/limits';
import { tiers } from '../rate-limits';
import type { Channel, Message, MessageDraft } from '../world/model';
import { renderMessage } from '../world/render';
import { versionOf } from '../world/text';
import { joinedChannel, seenChannel, threadRoot, writableChannel } from './access';
import { ApiError } from './api-error';
import { readContent, type Content } from './content';
import type { Method, MethodCall } from './method';

const contentArguments = [
  'text',
  'markdown_text',
  'blocks',
  'attachments',
  'metadata',
  'parse',
  'link_names',
];
const authorArguments = ['username', 'icon_emoji', 'icon_url', 'as_user'];

/** The author's fields of every message by the app. */
export function byApp({ slack }: MethodCall): Pick<MessageDraft, 'own' | 'userId' | 'botId' | 'appId'> {
  const { userId, botId, id } = slack.app;
  return { own: true, userId, botId, appId: id };
}

function fieldsOf(
  content: Content,
): Pick<MessageDraft, 'text' | 'markdown' | 'blocks' | 'attachments' | 'metadata'> {
  return {
    text: content.markdownText ?? content.text ?? '',
    markdown: content.markdownText !== undefined,
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    ...(content.metadata === undefined ? {} : { metadata: content.metadata }),
  };
}

/** Absent stands for the channel itself. @throws ApiError when the thread cannot be replied to. */
function threadOf(call: MethodCall, channel: Channel): Pick<MessageDraft, 'threadTs'> {
  const threadTs = call.args.optionalText('thread_ts');
  return threadTs === undefined ? {} : { threadTs: threadRoot(call, channel, threadTs).ts };
}

function noteTruncation(call: MethodCall, content: Content): void {
  if (content.truncated)
    call.slack.journal.violation('size.truncated', 'text beyond 40,000 characters was cut');
}

function postMessage(call: MethodCall): Json {
  const channel = writableChannel(call, call.args.text('channel'));
  const thread = threadOf(call, channel);
  const content = readContent(call.args);
  noteTruncation(call, content);
  const { message } = call.slack.board.post({
    channelId: channel.id,
    via: 'chat.postMessage',
    ...byApp(call),
    ...thread,
    ...fieldsOf(content),
    ...(call.args.flag('reply_broadcast') === true ? { broadcast: true } : {}),
  });
  return { channel: channel.id, ts: message.ts, message: renderMessage(call.slack.world, message) };
}

function ownMessage(call: MethodCall, channel: Channel, refusal: string): Message {
  const message = call.slack.world.find(channel.id, call.args.text('ts'));
  if (message === undefined) throw new ApiError('message_not_found');
  if (!message.own) throw new ApiError(refusal);
  return message;
}

function update(call: MethodCall): Json {
  const channel = joinedChannel(call, call.args.text('channel'));
  const message = ownMessage(call, channel, 'cant_update_message');
  if (channel.archived) throw new ApiError('is_inactive');
  const content = readContent(call.args, limits.updateText);
  if (message.stream?.state === 'in_progress') throw new ApiError('streaming_state_conflict');
  const before = JSON.stringify(versionOf(message));
  void call.slack.board.update(message, (changed) => apply(call, changed, content));
  if (JSON.stringify(versionOf(message)) === before) {
    call.slack.journal.violation('api.unchanged-update', `${message.ts} was updated to what it said before`);
  }
  const rendered = renderMessage(call.slack.world, message);
  return { channel: channel.id, ts: message.ts, text: message.text, message: rendered };
}

// docs.slack.dev, chat.update: text without blocks removes the blocks; text marks the message as edited.
function apply(call: MethodCall, message: Message, content: Content): void {
  const says = content.text !== undefined || content.markdownText !== undefined;
  if (says) {
    message.text = content.markdownText ?? content.text ?? '';
    message.markdown = content.markdownText !== undefined;
  }
  if (content.blocks !== undefined || says) message.blocks = content.blocks ?? [];
  if (content.attachments !== undefined) message.attachments = content.attachments;
  if (content.metadata !== undefined) message.metadata = content.metadata;
  // A finished stream loses its task cards (node-slack-sdk issue 2702).
  message.stream?.tasks.clear();
  if (message.stream !== undefined) message.stream.rewritten = true;
  if (content.blocks === undefined) {
    message.edited = { user: call.slack.app.userId, ts: call.slack.world.nextTs() };
  }
}

function remove(call: MethodCall): Json {
  const channel = joinedChannel(call, call.args.text('channel'));
  const message = ownMessage(call, channel, 'cant_delete_message');
  if (message.stream?.state === 'in_progress') message.stream.state = 'completed';
  void call.slack.board.remove(message);
  return { channel: channel.id, ts: message.ts };
}

function postEphemeral(call: MethodCall): Json {
  const channel = writableChannel(call, call.args.text('channel'));
  const thread = threadOf(call, channel);
  const user = call.slack.world.users.find(({ id }) => id === call.args.text('user'));
  if (user === undefined || !channel.members.has(user.id)) throw new ApiError('user_not_in_channel');
  const content = readContent(call.args);
  noteTruncation(call, content);
  const { message } = call.slack.board.post({
    channelId: channel.id,
    via: 'chat.postEphemeral',
    visibleTo: user.id,
    ...byApp(call),
    ...thread,
    ...fieldsOf(content),
  });
  return { message_ts: message.ts };
}

function getPermalink(call: MethodCall): Json {
  const channel = seenChannel(call, call.args.text('channel'));
  const message = call.slack.world.find(channel.id, call.args.text('message_ts'));
  if (message === undefined) throw new ApiError('message_not_found');
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const permalink = `https://acme.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return compact({ channel: channel.id, permalink });
}

const chatWrite = ['chat:write'];

export const chatMethods: readonly Method[] = [
  {
    name: 'chat.postMessage',
    token: 'bot',
    scopes: chatWrite,
    // docs.slack.dev, rate limits: one a second for each channel, several hundred a minute for the workspace.
    perMinute: 300,
    limits: (args) => {
      const channel = String(args.raw['channel']);
      return [{ key: `chat.postMessage:${channel}`, perMinute: 60, perSecondBurst: 4 }];
    },
    required: ['channel'],
    optional: [
      ...contentArguments,
      ...authorArguments,
      'thread_ts',
      'reply_broadcast',
      'unfurl_links',
      'unfurl_media',
      'unfurl_app_links',
      'mrkdwn',
    ],
    run: postMessage,
  },
  {
    name: 'chat.update',
    token: 'bot',
    scopes: chatWrite,
    perMinute: tiers.tier3,
    required: ['channel', 'ts'],
    optional: [...contentArguments, 'as_user', 'file_ids', 'reply_broadcast'],
    run: update,
  },
  {
    name: 'chat.delete',
    token: 'bot',
    scopes: chatWrite,
    perMinute: tiers.tier3,
    required: ['channel', 'ts'],
    optional: ['as_user'],
    run: remove,
  },
  {
    name: 'chat.postEphemeral',
    token: 'bot',
    scopes: chatWrite,
    perMinute: tiers.tier4,
    required: ['channel', 'user'],
    optional: [...contentArguments, ...authorArguments, 'thread_ts'],
    run: postEphemeral,
  },
  {
    name: 'chat.getPermalink',
    token: 'bot',
    scopes: [],
    perMinute: tiers.special,
    required: ['channel', 'message_ts'],
    optional: [],
    run: getPermalink,
  },
];
