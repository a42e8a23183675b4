import { objectsIn, textField, type Json } from '../json';
import { tiers } from '../rate-limits';
import type { Channel } from '../world/model';
import { seenChannel } from './access';
import { ApiError, invalidArguments } from './api-error';
import type { Method, MethodCall } from './method';

const loadingMessages = 10;
const suggestedPrompts = 4;
const titleLength = 200;

function threadIn(call: MethodCall, channel: Channel, threadTs: string): string {
  if (call.slack.world.find(channel.id, threadTs) === undefined) throw new ApiError('invalid_thread_ts');
  return threadTs;
}

/** docs.slack.dev, assistant.threads.setStatus: an empty status clears. */
function setStatus(call: MethodCall): Json {
  const { args, slack } = call;
  const channel = seenChannel(call, args.text('channel_id'));
  const threadTs = threadIn(call, channel, args.text('thread_ts'));
  if ((args.list('loading_messages')?.length ?? 0) > loadingMessages) {
    throw invalidArguments(`no more than ${loadingMessages} items allowed [json-pointer:/loading_messages]`);
  }
  slack.statuses.setText(channel.id, threadTs, args.textOrEmpty('status'));
  return {};
}

function setTitle(call: MethodCall): Json {
  const channel = seenChannel(call, call.args.text('channel_id'));
  const threadTs = threadIn(call, channel, call.args.text('thread_ts'));
  call.slack.world.titles.set(`${channel.id}:${threadTs}`, call.args.text('title'));
  return {};
}

/** docs.slack.dev, migrating to the agent messaging experience: with a thread_ts nothing is shown any more, in the
 * assistant view nothing without one. */
function setSuggestedPrompts(call: MethodCall): Json {
  const { args, slack } = call;
  const channel = seenChannel(call, args.text('channel_id'));
  const prompts = args.objects('prompts', 'invalid_arguments') ?? [];
  const complete = prompts.every((prompt) => textField(prompt, 'title') && textField(prompt, 'message'));
  if (prompts.length === 0 || prompts.length > suggestedPrompts || !complete) {
    throw invalidArguments(`1 to ${suggestedPrompts} prompts with title and message [json-pointer:/prompts]`);
  }
  const inThread = args.optionalText('thread_ts') !== undefined;
  if (inThread === (slack.settings.view === 'assistant'))
    slack.world.prompts.set(channel.id, objectsIn(prompts));
  else
    slack.journal.violation(
      'api.prompts-in-thread',
      'suggested prompts show nothing: a thread_ts belongs to the assistant view alone',
    );
  return {};
}

const sessionStates = ['active', 'processing', 'suspended', 'closed'];

function setSessionStatus(call: MethodCall): Json {
  const { args, slack } = call;
  const channel = seenChannel(call, args.text('channel_id'));
  const threadTs = args.optionalText('thread_ts');
  if (threadTs === undefined) throw new ApiError('thread_ts_required');
  threadIn(call, channel, threadTs);
  const status = args.text('status');
  if (!sessionStates.includes(status)) throw new ApiError('invalid_status');
  const title = args.optionalText('title');
  if ((title?.length ?? 0) > titleLength) throw invalidArguments('title is too long [json-pointer:/title]');
  const key = `${channel.id}:${threadTs}`;
  if (!slack.statuses.sessions.has(key))
    slack.statuses.sessions.set(key, title === undefined ? {} : { title });
  slack.statuses.setSession(channel.id, threadTs, status);
  const stoppable = slack.app.subscriptions.has('agent_session_stopped');
  return stoppable ? {} : warningOf('missing_agent_session_stopped_event_subscription');
}

function warningOf(warning: string): Json {
  return { warning, response_metadata: { warnings: [warning] } };
}

function renameSession(call: MethodCall): Json {
  const { args, slack } = call;
  const channel = seenChannel(call, args.text('channel_id'));
  const threadTs = args.optionalText('thread_ts');
  if (threadTs === undefined) throw new ApiError('thread_ts_required');
  const title = args.text('title');
  if (title.length > titleLength) throw invalidArguments('title is too long [json-pointer:/title]');
  slack.statuses.sessions.set(`${channel.id}:${threadTs}`, { title });
  return {};
}

const iconArguments = ['icon_emoji', 'icon_url', 'username'];

export const assistantMethods: readonly Method[] = [
  {
    name: 'assistant.threads.setStatus',
    token: 'bot',
    scopes: ['chat:write', 'assistant:write'],
    // The real limit is not documented.
    perMinute: 60,
    required: ['channel_id', 'thread_ts', 'status'],
    optional: ['loading_messages', ...iconArguments],
    feature: 'assistant',
    run: setStatus,
  },
  {
    name: 'assistant.threads.setTitle',
    token: 'bot',
    scopes: ['assistant:write'],
    perMinute: tiers.tier4,
    required: ['channel_id', 'thread_ts', 'title'],
    optional: [],
    feature: 'assistant',
    run: setTitle,
  },
  {
    name: 'assistant.threads.setSuggestedPrompts',
    token: 'bot',
    scopes: ['assistant:write'],
    perMinute: tiers.tier4,
    required: ['channel_id', 'prompts'],
    optional: ['thread_ts', 'title'],
    feature: 'assistant',
    run: setSuggestedPrompts,
  },
  {
    name: 'agents.sessions.setStatus',
    token: 'bot',
    scopes: ['chat:write'],
    perMinute: tiers.tier3,
    required: ['channel_id', 'status'],
    optional: ['thread_ts', 'title', 'initiator_user_id', ...iconArguments],
    feature: 'sessions',
    run: setSessionStatus,
  },
  {
    name: 'agents.sessions.rename',
    token: 'bot',
    scopes: ['chat:write'],
    perMinute: tiers.tier3,
    required: ['channel_id', 'title'],
    optional: ['thread_ts'],
    feature: 'sessions',
    run: renameSession,
  },
];
