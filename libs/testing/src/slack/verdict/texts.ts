import { brief } from '../json';
import type { Platform } from '../platform';
import type { Message } from '../world/model';
import { passagesOf, versionOf, visibleText, type Passage } from '../world/text';
import { error, warning, type Finding } from './finding';

const massMention = /<!(channel|here|everyone|group)(\|[^>]*)?>|<!subteam\^[^>]*>/i;
const userMention = /<@([UW][A-Z0-9]+)(\|[^>]*)?>/g;
const secret = /\bxox[a-z]-[\w-]{5,}|\bxapp-[\w-]{5,}|stand-in-signing-secret/;

/** What the app's messages say, now and before they were changed. */
export function judgeTexts(slack: Platform): Finding[] {
  const own = [...slack.world.allMessages(), ...slack.world.ephemerals].filter((message) => message.own);
  return own.flatMap((message) => [
    ...mentions(slack, message),
    ...shown(message),
    ...(message.deleted ? [] : finalShape(message)),
  ]);
}

/** Every state that people could see; a stream's state holds all its appends, put together. */
function passages(message: Message): Passage[] {
  return [...message.earlier, versionOf(message)].flatMap(passagesOf);
}

function mentions(slack: Platform, message: Message): Finding[] {
  const live = passages(message).filter(({ plain }) => !plain);
  const mass = live.find(({ text }) => massMention.test(text));
  const foreign = live.flatMap(({ text }) => [...text.matchAll(userMention)].map((match) => match[1] ?? ''));
  const allowed = askersOf(slack, message);
  const stranger = foreign.find((id) => !allowed.has(id));
  return [
    ...(mass === undefined
      ? []
      : [
          error('mention.mass', `${message.ts} pings everybody in ${mass.where}: "${brief(mass.text, 120)}"`),
        ]),
    ...(stranger === undefined
      ? []
      : [error('mention.user', `${message.ts} pings ${stranger}, who did not ask`)]),
  ];
}

/** Those whose question the message may answer; the app itself pings nobody by naming itself. */
function askersOf(slack: Platform, message: Message): Set<string> {
  const direct = (userId: string): boolean => slack.world.directMessagesOf(userId).id === message.channelId;
  const askers = slack.asks.all.filter(
    (ask) =>
      (ask.rootTs !== undefined && ask.rootTs === message.threadTs) ||
      (ask.responseUrlId !== undefined && ask.responseUrlId === message.responseUrlId) ||
      ask.userId === message.visibleTo ||
      direct(ask.userId),
  );
  return new Set([slack.app.userId, ...askers.map(({ userId }) => userId)]);
}

function shown(message: Message): Finding[] {
  const leak = passages(message).find(({ text }) => secret.test(text));
  const image = message.blocks.some(
    (block) => block['type'] === 'image' || JSON.stringify(block['accessory'] ?? '').includes('"image"'),
  );
  return [
    ...(leak === undefined ? [] : [error('secret.leak', `${message.ts} shows a secret in ${leak.where}`)]),
    ...(image ? [error('link.image', `${message.ts} shows an image that Slack fetches`)] : []),
  ];
}

function finalShape(message: Message): Finding[] {
  const cutOff = message.stream?.state === 'expired' || message.stream?.state === 'stopped';
  const fences = visibleText(message).match(/^\s*```/gm)?.length ?? 0;
  const needsText = message.text === '' && message.blocks.length > 0 && message.stream === undefined;
  return [
    ...(fences % 2 === 1 && !cutOff
      ? [error('fence.unbalanced', `${message.ts} leaves a code fence open`)]
      : []),
    ...(needsText ? [error('text.missing', `${message.ts} has blocks and no text for screen readers`)] : []),
    ...streamRate(message),
  ];
}

// docs.slack.dev, rate limits: tier 4 is shared by all streams of a workspace.
function streamRate(message: Message): Finding[] {
  const times = message.stream?.appendedAtMs ?? [];
  const spanSeconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
  if (times.length <= 4 || times.length <= spanSeconds * 1.2 + 4) return [];
  const pace = `${times.length} appends in ${spanSeconds.toFixed(1)} s`;
  return [warning('rate.appends', `${message.ts}: ${pace}`)];
}
