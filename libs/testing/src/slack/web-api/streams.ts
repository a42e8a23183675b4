import { checkBlocks } from '../blocks/validate';
import type { Json } from '../json';
import { tiers } from '../rate-limits';
import type { Channel, Message, StreamRecord } from '../world/model';
import { renderMessage } from '../world/render';
import { joinedChannel, threadRoot, writableChannel } from './access';
import { ApiError, invalidArguments } from './api-error';
import { byApp } from './chat';
import { addTo, checkFits, readAddition } from './chunks';
import { readMetadata } from './content';
import type { Method, MethodCall } from './method';

function startStream(call: MethodCall): Json {
  const { args, slack } = call;
  const channel = writableChannel(call, args.text('channel'));
  const threadTs = args.optionalText('thread_ts');
  if (threadTs === undefined) throw new ApiError('invalid_thread_ts');
  threadRoot(call, channel, threadTs);
  checkRecipient(call, channel);
  const addition = readAddition(args);
  const stream = emptyStream();
  checkFits(stream, addition);
  const said = { text: '', blocks: [] };
  addTo(said, stream, addition);
  const draft = { channelId: channel.id, threadTs, via: 'chat.startStream', markdown: true, stream };
  const { message } = slack.board.post({ ...draft, ...said, ...byApp(call) });
  watchLife(call, message, stream);
  return { channel: channel.id, ts: message.ts };
}

function emptyStream(): StreamRecord {
  const nowMs = Date.now();
  return {
    state: 'in_progress',
    startedAtMs: nowMs,
    touchedAtMs: nowMs,
    tasks: new Map(),
    appendedAtMs: [],
    chunkBlocks: 0,
    rewritten: false,
  };
}

// docs.slack.dev, chat.startStream: both recipient ids are required outside direct messages.
function checkRecipient(call: MethodCall, channel: Channel): void {
  if (channel.kind === 'im') return;
  const userId = call.args.optionalText('recipient_user_id');
  if (!userId) throw new ApiError('missing_recipient_user_id');
  if (!call.args.optionalText('recipient_team_id')) throw new ApiError('missing_recipient_team_id');
  const user = call.slack.world.users.find(({ id }) => id === userId);
  if (user === undefined || !channel.members.has(user.id)) throw new ApiError('user_not_found');
}

/** A stream ends by itself: node-slack-sdk issue 2702 says five minutes after its start. */
function watchLife(call: MethodCall, message: Message, stream: StreamRecord): void {
  const { settings, timers } = call.slack;
  const check = (): void => {
    if (stream.state !== 'in_progress') return;
    const fromMs = settings.streamLife === 'total' ? stream.startedAtMs : stream.touchedAtMs;
    const leftMs = fromMs + settings.timing.streamLifeMs - Date.now();
    if (leftMs > 0) timers.after(leftMs, check);
    else void call.slack.board.append(message, () => void (stream.state = 'expired'));
  };
  timers.after(settings.timing.streamLifeMs, check);
}

function runningStream(call: MethodCall): { channel: Channel; message: Message; stream: StreamRecord } {
  const channel = joinedChannel(call, call.args.text('channel'));
  const message = call.slack.world.find(channel.id, call.args.text('ts'));
  if (message === undefined) throw new ApiError('message_not_found');
  if (!message.own) throw new ApiError('message_not_owned_by_app');
  const { stream } = message;
  if (stream === undefined) throw new ApiError('message_not_in_streaming_state');
  if (channel.archived) throw new ApiError('is_archived');
  return { channel, message, stream };
}

function appendStream(call: MethodCall): Json {
  const { channel, message, stream } = runningStream(call);
  if (stream.state === 'stopped') throw new ApiError('stopped_by_user');
  if (stream.state !== 'in_progress') throw new ApiError('message_not_in_streaming_state');
  const addition = readAddition(call.args);
  if (addition.mode === undefined) throw new ApiError('markdown_text_or_chunks_required');
  checkFits(stream, addition);
  void call.slack.board.append(message, () => addTo(message, stream, addition));
  return { channel: channel.id, ts: message.ts };
}

const sessionStates = ['active', 'processing', 'suspended', 'closed'];

function stopStream(call: MethodCall): Json {
  const { args, slack } = call;
  const { channel, message, stream } = runningStream(call);
  if (stream.state !== 'in_progress') throw new ApiError('message_not_in_streaming_state');
  const addition = readAddition(args);
  checkFits(stream, addition);
  const blocks = args.objects('blocks', 'invalid_blocks_format') ?? [];
  checkBlocks(blocks, 'message');
  const metadata = readMetadata(args);
  const sessionStatus = args.optionalText('session_status') ?? 'active';
  if (!sessionStates.includes(sessionStatus)) throw invalidArguments('invalid session_status');
  void slack.board.append(message, () => {
    addTo(message, stream, addition);
    message.blocks = [...message.blocks, ...blocks];
    if (metadata !== undefined) message.metadata = metadata;
    stream.state = 'completed';
  });
  endSession(call, message, sessionStatus);
  return { channel: channel.id, ts: message.ts, message: renderMessage(slack.world, message) };
}

// docs.slack.dev, chat.stopStream: the session goes back to active unless told otherwise.
function endSession(call: MethodCall, message: Message, sessionStatus: string): void {
  const { statuses } = call.slack;
  const threadTs = message.threadTs ?? message.ts;
  if (statuses.get(message.channelId, threadTs)?.kind === 'session') {
    statuses.setSession(message.channelId, threadTs, sessionStatus);
  }
}

const contentArguments = ['markdown_text', 'chunks'];

export const streamMethods: readonly Method[] = [
  {
    name: 'chat.startStream',
    token: 'bot',
    scopes: ['chat:write'],
    perMinute: tiers.tier2,
    required: ['channel'],
    optional: [
      ...contentArguments,
      'thread_ts',
      'recipient_user_id',
      'recipient_team_id',
      'task_display_mode',
      'icon_emoji',
      'icon_url',
      'username',
    ],
    feature: 'streams',
    run: startStream,
  },
  {
    name: 'chat.appendStream',
    token: 'bot',
    scopes: ['chat:write'],
    perMinute: tiers.tier4,
    required: ['channel', 'ts'],
    optional: contentArguments,
    feature: 'streams',
    run: appendStream,
  },
  {
    name: 'chat.stopStream',
    token: 'bot',
    scopes: ['chat:write'],
    perMinute: tiers.tier2,
    required: ['channel', 'ts'],
    optional: [...contentArguments, 'blocks', 'metadata', 'session_status'],
    feature: 'streams',
    run: stopStream,
  },
];
