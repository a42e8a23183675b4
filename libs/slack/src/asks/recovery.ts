import { Injectable, Logger } from '@nestjs/common';
import { DeliveryClaims, type Orphan, SlackObserver, sentenceOf } from '@jamie/core';
import { type Mark, markOf, metadataOf } from '../delivery/message-content';
import { MessageTools } from '../delivery/message-tools';
import type { Place } from '../delivery/place';
import { ResponseUrl } from '../delivery/response-url';
import { wait } from '../delivery/wait';
import { type Json, textOf } from '../fields';
import { Dispatcher } from '../transport/dispatcher';
import type { Identity } from '../transport/identity';
import { interrupted } from '../words';
import { Conversation } from './conversation';
import { HandedOver, holding } from './held-claim';
import { type RememberedAsk, rememberedFrom } from './journal-entry';

/** Later than this a question is no longer asked anew: whoever asked has moved on. */
const askAnewWithinMs = 15 * 60_000;
const lookAgainMs = 2000;
/** Longer than a message that somebody still writes stays as it is. */
const standsStillMs = 3000;

/** What recovery works with beside the records. */
@Injectable()
export class RecoveryMeans {
  constructor(
    readonly tools: MessageTools,
    readonly dispatcher: Dispatcher,
    readonly observer: SlackObserver,
  ) {}
}

/** An ask to be settled, read from its record. */
interface Left extends Orphan {
  readonly remembered: RememberedAsk;
}

/**
 * Settles what a process that is gone began and could not finish: a question of which nothing was seen is asked anew, one
 * that was half answered gets an apology, and one whose answer arrived gets nothing.
 */
@Injectable()
export class Recovery {
  private readonly logger = new Logger('Slack');

  constructor(
    private readonly claims: DeliveryClaims,
    private readonly conversation: Conversation,
    private readonly means: RecoveryMeans,
  ) {}

  /** Needs Slack. Looks again and again, until the signal: the process that is gone may be another replica. */
  async run(identity: Identity, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const group of byThread(await this.claims.orphans())) void this.settle(group, identity);
      await wait(lookAgainMs, signal).catch(() => undefined);
    }
  }

  /** One after the other, oldest first. */
  private async settle(orphans: readonly Orphan[], identity: Identity): Promise<void> {
    for (const orphan of orphans) {
      try {
        await this.settleOne(orphan, identity);
      } catch (thrown) {
        if (thrown instanceof HandedOver) continue;
        this.logger.warn(
          `${orphan.ask.id}, begun by a process that is gone, could not be settled: ${sentenceOf(thrown)}`,
        );
      }
    }
  }

  private async settleOne(orphan: Orphan, identity: Identity): Promise<void> {
    const remembered = rememberedFrom(orphan.ask);
    if (remembered === undefined) return orphan.claim.settle();
    const left = { ...orphan, remembered };
    const controller = new AbortController();
    await holding({ claim: orphan.claim, controller }, async () => {
      const place = placeOf(remembered);
      const own = place === undefined ? [] : await this.answered(remembered, place);
      const arrived = own.some((message) => isOf(message, remembered) && markOf(message)?.last === true);
      if (arrived) {
        await orphan.claim.settle();
        return;
      }
      const stream = place === undefined ? undefined : await this.brokenOff(remembered, place, own);
      const begun = stream !== undefined || own.some((message) => isOf(message, remembered));
      if (begun || !(await this.askedAnew(left, identity))) await this.apologise(left, own, stream);
    });
  }

  /** The oldest stream of this thread that nobody writes any more. One that grows is the answer to another question. */
  private async brokenOff(ask: RememberedAsk, place: Place, own: readonly Json[]): Promise<Json | undefined> {
    const underWay = new Map(own.filter(isUnderWay).map((stream) => [stream['ts'], stream['text']]));
    if (underWay.size === 0) return undefined;
    await wait(standsStillMs, new AbortController().signal);
    const later = await this.answered(ask, place);
    return later.find((message) => isUnderWay(message) && underWay.get(message['ts']) === message['text']);
  }

  /** Own messages of the thread that came after the question. */
  private async answered(ask: RememberedAsk, place: Place): Promise<readonly Json[]> {
    const messages = await this.means.tools.posting.ownMessages(place);
    return messages.filter((message) => (textOf(message, 'ts') ?? '') > (ask.ts ?? ''));
  }

  private async askedAnew(left: Left, identity: Identity): Promise<boolean> {
    const { remembered: ask, claim, claimedAtMs } = left;
    const tooLate = Date.now() - claimedAtMs > askAnewWithinMs;
    const { ts, threadTs, channelId } = ask;
    if (tooLate || ask.kind === 'shortcut' || ts === undefined || threadTs === undefined) return false;
    const thread = await this.conversation.thread(channelId, threadTs, ts);
    const message = thread.find((candidate) => candidate['ts'] === ts);
    // Deleted meanwhile: nobody waits for an answer.
    if (message === undefined) {
      await claim.settle();
      return true;
    }
    this.logger.log(`Answering ${ask.id}, which a process that is gone left unanswered`);
    const body = eventOf(left, message, identity);
    await this.means.dispatcher.dispatch({ body, claim, acknowledge: () => undefined });
    return true;
  }

  private async apologise(
    { remembered: ask, claim }: Left,
    own: readonly Json[],
    stream: Json | undefined,
  ): Promise<void> {
    const { tools, observer } = this.means;
    const place = placeOf(ask);
    if (ask.responseUrl !== undefined) {
      const message = { response_type: 'ephemeral', replace_original: true, text: interrupted };
      await new ResponseUrl(ask.responseUrl, tools.apiUrl).show(message, true);
    } else if (place !== undefined) {
      await this.endMessages(ask, place, own, stream);
    }
    if (!ask.unaddressed) observer.askFinished(ask.kind, 'error');
    this.logger.log(`Apologised for ${ask.id}, which was interrupted`);
    await claim.settle();
  }

  private async endMessages(
    ask: RememberedAsk,
    place: Place,
    own: readonly Json[],
    stream: Json | undefined,
  ): Promise<void> {
    const { posting, api } = this.means.tools;
    const parts = own.filter((message) => isOf(message, ask)).map((message) => markOf(message)?.part ?? 0);
    const mark: Mark = { askId: ask.id, part: Math.max(0, ...parts) + 1, last: true };
    const draft = own.find((message) => isOf(message, ask) && markOf(message)?.draft === true);
    const content = { markdown: interrupted, mark };
    if (stream !== undefined) {
      const args = { channel: place.channel, ts: textOf(stream, 'ts'), metadata: metadataOf(mark) };
      const text = { markdown_text: `\n\n${interrupted}` };
      await api.insist({ method: 'chat.stopStream', args: { ...args, ...text }, read: () => true });
    } else if (draft !== undefined) {
      await posting.rewriteOrPost(place, textOf(draft, 'ts') ?? '', content);
    } else if (!ask.unaddressed || parts.length > 0) {
      await posting.post(place, content);
    }
  }
}

function byThread(orphans: readonly Orphan[]): Iterable<Orphan[]> {
  const threads = new Map<string, Orphan[]>();
  for (const orphan of orphans.toSorted((left, right) => left.ask.order.localeCompare(right.ask.order))) {
    const thread = orphan.ask.thread ?? orphan.ask.id;
    threads.set(thread, [...(threads.get(thread) ?? []), orphan]);
  }
  return threads.values();
}

function placeOf({ channelId, threadTs }: RememberedAsk): Place | undefined {
  return threadTs === undefined ? undefined : { channel: channelId, threadTs };
}

function isUnderWay(message: Json): boolean {
  return message['streaming_state'] === 'in_progress';
}

function isOf(message: Json, ask: RememberedAsk): boolean {
  return markOf(message)?.askId === ask.id;
}

/** The message as Slack had delivered it. */
function eventOf({ remembered: ask, claim }: Left, message: Json, { botUserId, appId }: Identity): Json {
  const [eventKey = ''] = claim.delivery.keys;
  return {
    type: 'event_callback',
    event_id: eventKey.replace(/^event:/, ''),
    team_id: ask.teamId,
    ...(appId === undefined ? {} : { api_app_id: appId }),
    authorizations: [{ team_id: ask.teamId, user_id: botUserId }],
    event: {
      ...message,
      type: 'message',
      channel: ask.channelId,
      ...(ask.direct ? { channel_type: 'im' } : {}),
    },
  };
}
