import type { Ask } from '../asks';
import type { ApiCall } from '../journal';
import { brief, isJson, objectField } from '../json';
import type { Platform } from '../platform';
import { answersTo } from '../transcript';
import type { Message } from '../world/model';
import { error, type Bounds, type Finding } from './finding';

/** Errors that leave an answer no way into its thread; then it may come to the asker in private. */
const placeErrors = new Set([
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
  'thread_not_found',
  'invalid_thread_ts',
  'cannot_reply_to_message',
  'message_not_found',
]);

/** Exactly one answer for each ask, in its place, and nothing that nobody asked for. */
export function judgeAnswers(slack: Platform, bounds: Bounds): Finding[] {
  const attributed = new Set<Message>();
  const counted = groups(slack).flatMap((asks) => judgeGroup(slack, asks, { bounds, attributed }));
  return [...counted, ...unasked(slack, attributed), ...madePublic(slack), ...lifeSigns(slack, bounds)];
}

/** Asks of one thread share its answers; a command's answers are its own. */
function groups(slack: Platform): Ask[][] {
  const byPlace = new Map<string, Ask[]>();
  for (const ask of slack.asks.all) {
    const place = ask.rootTs === undefined ? ask.id : `${ask.channelId}:${ask.rootTs}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), ask]);
  }
  return [...byPlace.values()];
}

function judgeGroup(
  slack: Platform,
  asks: readonly Ask[],
  how: { bounds: Bounds; attributed: Set<Message> },
): Finding[] {
  const wanted = asks.filter(({ expect }) => expect === 'answer');
  const allowed = asks.filter(({ expect }) => expect !== 'silence');
  const [first] = asks;
  const [someWanted = first] = allowed;
  if (someWanted === undefined) return [];
  const inPlace = answersTo(slack, first ?? someWanted);
  const elsewhere = inPlace.length === 0 ? allowed.flatMap((ask) => fallbacks(slack, ask)) : [];
  const answers = inPlace.length === 0 ? [...new Set(elsewhere)] : inPlace;
  if (allowed.length > 0) for (const message of answers) how.attributed.add(message);
  if (allowed.some(({ kind }) => kind === 'interaction'))
    attributeReactions(slack, someWanted, how.attributed);
  const count = countAnswers(answers, how.bounds);
  const names = asks.map(({ id, text }) => `${id} "${brief(text, 60)}"`).join(', ');
  if (count < wanted.length)
    return [error('answer.missing', `${count} answers for ${wanted.length} asks: ${names}`)];
  if (allowed.length === 0 || count <= allowed.length) return [];
  if (allowed.every(({ kind }) => kind === 'interaction')) return [];
  const texts = answers.map(({ ts, text }) => `${ts} "${brief(text, 60)}"`).join(', ');
  return [error('answer.duplicate', `${count} answers for ${allowed.length} asks (${names}): ${texts}`)];
}

/** A click or shortcut may be followed by anything in its channel or in private. */
function attributeReactions(slack: Platform, ask: Ask, attributed: Set<Message>): void {
  const direct = slack.world.directMessagesOf(ask.userId).id;
  for (const message of ownMessages(slack)) {
    const near = message.channelId === ask.channelId || message.channelId === direct;
    if (near && message.createdAtMs >= ask.askedAtMs) attributed.add(message);
  }
}

/** Several messages are one answer while the one before was full, was cut off, or was a file. */
function countAnswers(messages: readonly Message[], bounds: Bounds): number {
  let count = 0;
  let previous: Message | undefined;
  for (const message of [...messages].sort((left, right) => left.ts.localeCompare(right.ts))) {
    const continues = previous !== undefined && (mayGoOn(previous, bounds) || message.files.length > 0);
    if (!continues) count += 1;
    previous = message;
  }
  return count;
}

function mayGoOn(message: Message, bounds: Bounds): boolean {
  const length = message.text.length + JSON.stringify(message.blocks).length;
  const cutOff = message.stream?.state === 'expired' || message.stream?.state === 'stopped';
  return length >= bounds.continuedFromChars || cutOff || message.files.length > 0;
}

function fallbacks(slack: Platform, ask: Ask): Message[] {
  const barred = slack.journal.calls.some(
    (call) => placeErrors.has(call.error ?? '') && call.receivedAtMs >= ask.askedAtMs && isAbout(call, ask),
  );
  if (!barred) return [];
  const direct = slack.world.directMessagesOf(ask.userId).id;
  return ownMessages(slack).filter(
    (message) =>
      message.createdAtMs >= ask.askedAtMs &&
      (message.channelId === direct ||
        message.visibleTo === ask.userId ||
        message.channelId === ask.channelId),
  );
}

const isAbout = (call: ApiCall, ask: Ask): boolean =>
  call.args['channel'] === ask.channelId || call.args['channel_id'] === ask.channelId;

function ownMessages({ world }: Platform): Message[] {
  return [...world.allMessages(), ...world.ephemerals].filter(({ own, deleted }) => own && !deleted);
}

/** Who types a command did not ask to show its answer to everybody. */
function madePublic(slack: Platform): Finding[] {
  const commands = new Set(
    slack.asks.all.filter(({ kind }) => kind === 'command').map((ask) => ask.responseUrlId),
  );
  return ownMessages(slack)
    .filter(({ responseUrlId, visibleTo }) => visibleTo === undefined && commands.has(responseUrlId))
    .filter(({ responseUrlId }) => responseUrlId !== undefined)
    .map(({ ts, text }) => error('answer.public', `${ts} is shown to all: "${brief(text, 80)}"`));
}

function unasked(slack: Platform, attributed: ReadonlySet<Message>): Finding[] {
  return ownMessages(slack)
    .filter((message) => !attributed.has(message) && message.via !== 'ack')
    .map((message) => {
      const where = `${message.channelId} ${message.threadTs ?? 'top level'}: "${brief(message.text, 80)}"`;
      const asked = slack.asks.all.some(
        ({ channelId, rootTs, expect }) =>
          channelId === message.channelId && expect !== 'silence' && rootTs !== message.threadTs,
      );
      return error(asked ? 'answer.misplaced' : 'answer.unasked', `${message.ts} in ${where}`);
    });
}

/** Counted from the first attempt that the app acknowledged. */
function lifeSigns(slack: Platform, bounds: Bounds): Finding[] {
  return slack.asks.all
    .filter(({ expect }) => expect === 'answer')
    .flatMap((ask) => {
      const deliveredAtMs = firstAcknowledged(slack, ask);
      const signAtMs = firstSign(slack, ask);
      if (deliveredAtMs === undefined || signAtMs === undefined) return [];
      const lateMs = signAtMs - deliveredAtMs;
      if (lateMs <= bounds.lifeWithinMs) return [];
      return [error('life.late', `${ask.id} saw nothing for ${lateMs} ms (at most ${bounds.lifeWithinMs})`)];
    });
}

function firstAcknowledged(slack: Platform, ask: Ask): number | undefined {
  const times = slack.deliverer.deliveries
    .filter(({ payload }) => concerns(payload, ask))
    .flatMap(({ attempts }) => attempts.filter(({ acked }) => acked).map(({ atMs }) => atMs));
  return times.length === 0 ? undefined : Math.min(...times);
}

function concerns(payload: unknown, ask: Ask): boolean {
  if (!isJson(payload)) return false;
  const event = objectField(payload, 'event');
  if (ask.ts !== undefined) return event['ts'] === ask.ts && event['channel'] === ask.channelId;
  return ask.responseUrlId !== undefined && String(payload['response_url']).endsWith(ask.responseUrlId);
}

function firstSign(slack: Platform, ask: Ask): number | undefined {
  const calls = slack.journal.calls
    .filter(
      (call) => call.error === undefined && call.receivedAtMs >= ask.askedAtMs && tells(slack, call, ask),
    )
    .map(({ receivedAtMs }) => receivedAtMs);
  const through = ownMessages(slack).filter(
    ({ responseUrlId }) => responseUrlId === (ask.responseUrlId ?? ''),
  );
  const messages = [...answersTo(slack, ask), ...through].map(({ createdAtMs }) => createdAtMs);
  const times = [...calls, ...messages];
  return times.length === 0 ? undefined : Math.min(...times);
}

const readings = /^(conversations|users|bots|team|auth|apps|files)\./;

function tells(slack: Platform, { method, args }: ApiCall, ask: Ask): boolean {
  if (readings.test(method) || ask.ts === undefined) return false;
  const named = [args['thread_ts'], args['timestamp'], args['ts']];
  const direct = slack.world.directMessagesOf(ask.userId).id;
  return (
    named.includes(ask.rootTs) ||
    named.includes(ask.ts) ||
    args['channel'] === direct ||
    args['user'] === ask.userId
  );
}
