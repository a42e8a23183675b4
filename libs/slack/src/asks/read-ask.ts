import { type Json, isJson, objectOf, textOf } from '../fields';
import type { Ask } from './ask';
import { messageText, readable } from './message-text';

// Everything else that carries a subtype is news about the channel, or no message of a person.
const subtypesOfPeople = new Set([undefined, 'file_share', 'thread_broadcast']);
const shortcutQuestion = 'What does this mean, and what do I do first?';
const subjectCharacters = 200;

/**
 * The question in an event of the Events API, if there is one: a mention, a direct message, or a message in a thread.
 * Jamie's own messages, other bots, edits, deletions and joins are none.
 * https://docs.slack.dev/reference/events/app_mention, https://docs.slack.dev/reference/events/message
 */
export function askFromEvent(envelope: Json): Ask | undefined {
  const event = objectOf(envelope, 'event');
  if (!isByPerson(event)) return undefined;
  const [userId, channelId, ts] = [textOf(event, 'user'), textOf(event, 'channel'), textOf(event, 'ts')];
  if (userId === undefined || channelId === undefined || ts === undefined) return undefined;
  const botId = textOf(authorization(envelope), 'user_id');
  const mentioned = event['type'] === 'app_mention' || mentions(event, botId);
  const threadTs = textOf(event, 'thread_ts');
  const inThread = threadTs !== undefined && threadTs !== ts;
  const direct = event['channel_type'] === 'im' || channelId.startsWith('D');
  if (userId === botId || (!mentioned && !direct && !inThread)) return undefined;
  if (!mentioned && !direct && namesSomebodyFirst(event)) return undefined;
  const team = teamOf(envelope);
  return {
    kind: direct ? 'direct' : 'mention',
    id: `${team}:${channelId}:${ts}`,
    teamId: team,
    userId,
    channelId,
    ts,
    threadTs: threadTs ?? ts,
    inThread,
    unaddressed: !mentioned && !direct,
    direct,
    text: withoutMention(event, botId),
    ...authorTeam(event, team),
    ...sharing(envelope),
  };
}

/** The workspace in which the app is installed, https://docs.slack.dev/apis/events-api#authorizations */
export function teamOf(envelope: Json): string {
  return (
    textOf(authorization(envelope), 'team_id') ??
    textOf(envelope, 'context_team_id') ??
    textOf(envelope, 'team_id') ??
    textOf(objectOf(envelope, 'team'), 'id') ??
    textOf(objectOf(envelope, 'user'), 'team_id') ??
    ''
  );
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
export function askFromCommand(command: Json): Ask | undefined {
  const [userId, channelId] = [textOf(command, 'user_id'), textOf(command, 'channel_id')];
  const responseUrl = textOf(command, 'response_url');
  if (userId === undefined || channelId === undefined || responseUrl === undefined) return undefined;
  return {
    kind: 'command',
    id: `command:${textOf(command, 'trigger_id') ?? responseUrl}`,
    teamId: teamOf(command),
    userId,
    channelId,
    inThread: false,
    unaddressed: false,
    direct: false,
    text: readable(textOf(command, 'text') ?? ''),
    responseUrl,
  };
}

/** https://docs.slack.dev/interactivity/implementing-shortcuts#messages */
export function askFromShortcut(shortcut: Json): Ask | undefined {
  const message = objectOf(shortcut, 'message');
  const userId = textOf(objectOf(shortcut, 'user'), 'id');
  const channelId = textOf(objectOf(shortcut, 'channel'), 'id');
  const ts = textOf(message, 'ts') ?? textOf(shortcut, 'message_ts');
  if (userId === undefined || channelId === undefined || ts === undefined) return undefined;
  const said = messageText(message);
  const subject = said.split('\n', 1)[0]?.slice(0, subjectCharacters) ?? '';
  return {
    kind: 'shortcut',
    id: `shortcut:${textOf(shortcut, 'trigger_id') ?? `${channelId}:${ts}:${userId}`}`,
    teamId: teamOf(shortcut),
    userId,
    channelId,
    ts,
    threadTs: textOf(message, 'thread_ts') ?? ts,
    inThread: false,
    unaddressed: false,
    direct: channelId.startsWith('D'),
    text: subject === '' ? '' : `${shortcutQuestion}\n${subject}`,
    context: said,
  };
}

function isByPerson(event: Json): boolean {
  const ofInterest = event['type'] === 'app_mention' || event['type'] === 'message';
  const subtype = event['subtype'];
  const usual = subtype === undefined || (typeof subtype === 'string' && subtypesOfPeople.has(subtype));
  const byBot = textOf(event, 'bot_id') !== undefined || textOf(event, 'user') === 'USLACKBOT';
  return ofInterest && usual && !byBot && event['hidden'] !== true && !isJson(event['edited']);
}

function authorization(envelope: Json): unknown {
  const list: unknown = envelope['authorizations'];
  return Array.isArray(list) ? list[0] : undefined;
}

function mentions(event: Json, botId: string | undefined): boolean {
  return botId !== undefined && (textOf(event, 'text') ?? '').includes(`<@${botId}`);
}

/** Then it is said to them, also in a thread that Jamie takes part in. */
function namesSomebodyFirst(event: Json): boolean {
  return /^\s*<@[UW]/.test(textOf(event, 'text') ?? '');
}

/** The question without Jamie's own name. */
function withoutMention(event: Json, botId: string | undefined): string {
  const text = textOf(event, 'text') ?? '';
  const own =
    botId === undefined || !/^\w+$/.test(botId)
      ? /^<@[UW][A-Z0-9]+(\|[^<>]*)?>/
      : new RegExp(`<@${botId}(\\|[^<>]*)?>`, 'g');
  return messageText({
    ...event,
    text: text.replace(own, ' ') || undefined,
    blocks: text === '' ? event['blocks'] : [],
  });
}

function authorTeam(event: Json, team: string): Pick<Ask, 'authorTeamId'> {
  const author = textOf(event, 'user_team') ?? textOf(event, 'source_team');
  return author === undefined || author === team ? {} : { authorTeamId: author };
}

function sharing(envelope: Json): Pick<Ask, 'sharedChannel'> {
  const shared = envelope['is_ext_shared_channel'];
  return typeof shared === 'boolean' ? { sharedChannel: shared } : {};
}
