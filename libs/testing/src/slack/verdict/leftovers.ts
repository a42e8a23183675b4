import { brief } from '../json';
import type { Platform } from '../platform';
import type { Message } from '../world/model';
import { visibleText } from '../world/text';
import { error, type Bounds, type Finding } from './finding';

const busyReactions = ['eyes', 'hourglass', 'hourglass_flowing_sand', 'thinking_face', 'speech_balloon'];

/** Nothing may be left that still promises an answer. */
export function judgeLeftovers(slack: Platform, bounds: Bounds): Finding[] {
  const all = [...slack.world.allMessages(), ...slack.world.ephemerals].filter(({ deleted }) => !deleted);
  const own = all.filter((message) => message.own);
  return [
    ...own.flatMap((message) => openStream(own, message)),
    ...own.filter((message) => isPlaceholder(message, bounds)).map((message) => placeholder(message)),
    ...all.flatMap((message) => reactions(slack, message)),
    ...slack.statuses
      .busy()
      .map(({ channelId, threadTs, slot }) =>
        slot.kind === 'status'
          ? error('left.status', `${channelId} ${threadTs} still shows "${slot.text}"`)
          : error('left.session', `${channelId} ${threadTs} is still processing`),
      ),
  ];
}

function openStream(own: readonly Message[], message: Message): Finding[] {
  const { state, rewritten } = message.stream ?? {};
  if (state === 'in_progress') return [error('left.stream', `${message.ts} was never stopped`)];
  if (state !== 'expired' || rewritten === true) return [];
  const goesOn = own.some(({ threadTs, ts }) => threadTs === message.threadTs && ts > message.ts);
  return goesOn ? [] : [error('left.stream', `${message.ts} ran out of time and nothing followed`)];
}

function isPlaceholder(message: Message, bounds: Bounds): boolean {
  if (message.stream?.state === 'in_progress' || message.files.length > 0 || message.via === 'ack')
    return false;
  return bounds.placeholder.test(visibleText(message).trim());
}

function placeholder(message: Message): Finding {
  return error('left.placeholder', `${message.ts} still says "${brief(visibleText(message), 60)}"`);
}

function reactions(slack: Platform, message: Message): Finding[] {
  return busyReactions
    .filter((name) => message.reactions.get(name)?.has(slack.app.userId) === true)
    .map((name) => error('left.reaction', `:${name}: is left on ${message.ts}`));
}
