import { Injectable, Logger } from '@nestjs/common';
import { DeliveryClaims, SlackObserver, sentenceOf } from '@jamie/core';
import { type Mark, markOf, metadataOf } from '../delivery/message-content';
import { MessageTools } from '../delivery/message-tools';
import type { Place } from '../delivery/place';
import { ResponseUrl } from '../delivery/response-url';
import { type Json, textOf } from '../fields';
import { Dispatcher } from '../transport/dispatcher';
import type { Identity } from '../transport/identity';
import { interrupted } from '../words';
import { AskJournal } from './ask-journal';
import { Conversation } from './conversation';
import type { OpenEntry, RememberedAsk } from './journal-entry';

/** Later than this a question is no longer asked anew: whoever asked has moved on. */
const askAnewWithinMs = 15 * 60_000;

/** What recovery works with beside the records. */
@Injectable()
export class RecoveryMeans {
  constructor(
    readonly tools: MessageTools,
    readonly dispatcher: Dispatcher,
    readonly observer: SlackObserver,
  ) {}
}

/**
 * Settles what an earlier process began and could not finish: a question of which nothing was seen is asked anew, one
 * that was half answered gets an apology, and one whose answer arrived gets nothing.
 */
@Injectable()
export class Recovery {
  private readonly logger = new Logger('Slack');

  constructor(
    private readonly journal: AskJournal,
    private readonly claims: DeliveryClaims,
    private readonly conversation: Conversation,
    private readonly means: RecoveryMeans,
  ) {}

  /** Before anything arrives: what was taken by the earlier process stays taken. */
  async claim(): Promise<readonly OpenEntry[]> {
    const unfinished = this.journal.unfinished();
    await this.claims.claim(this.journal.finishedKeys());
    for (const { keys } of unfinished) await this.claims.claim(keys);
    return unfinished;
  }

  /** Needs Slack. */
  async settle(unfinished: readonly OpenEntry[], identity: Identity): Promise<void> {
    for (const entry of unfinished) {
      try {
        await this.settleOne(entry, identity);
      } catch (thrown) {
        this.logger.warn(
          `${entry.open.id}, begun before a restart, could not be settled: ${sentenceOf(thrown)}`,
        );
      }
    }
  }

  private async settleOne(entry: OpenEntry, identity: Identity): Promise<void> {
    const { open: ask } = entry;
    const place = placeOf(ask);
    const own = place === undefined ? [] : await this.answered(ask, place);
    const arrived = own.some((message) => isOf(message, ask) && markOf(message)?.last === true);
    if (!arrived && !(await this.askedAnew(entry, own, identity))) await this.apologise(ask, own);
    this.journal.finished(ask.id);
  }

  /** Own messages of the thread that came after the question. */
  private async answered(ask: RememberedAsk, place: Place): Promise<readonly Json[]> {
    const messages = await this.means.tools.posting.ownMessages(place);
    return messages.filter((message) => (textOf(message, 'ts') ?? '') > (ask.ts ?? ''));
  }

  private async askedAnew(entry: OpenEntry, own: readonly Json[], identity: Identity): Promise<boolean> {
    const { open: ask, atMs } = entry;
    const tooLate = Date.now() - atMs > askAnewWithinMs;
    const begun = own.some((message) => isOf(message, ask) || message['streaming_state'] === 'in_progress');
    const { ts, threadTs, channelId } = ask;
    if (tooLate || begun || ask.kind === 'shortcut' || ts === undefined || threadTs === undefined)
      return false;
    const thread = await this.conversation.thread(channelId, threadTs, ts);
    const message = thread.find((candidate) => candidate['ts'] === ts);
    // Deleted meanwhile: nobody waits for an answer.
    if (message === undefined) return true;
    this.journal.finished(ask.id);
    await this.claims.release(entry.keys);
    this.logger.log(`Answering ${ask.id}, which a restart interrupted`);
    await this.means.dispatcher.dispatch({
      body: eventOf(entry, message, identity),
      acknowledge: () => undefined,
    });
    return true;
  }

  private async apologise(ask: RememberedAsk, own: readonly Json[]): Promise<void> {
    const { tools, observer } = this.means;
    this.logger.log(`Apologising for ${ask.id}, which a restart interrupted`);
    const place = placeOf(ask);
    if (ask.responseUrl !== undefined) {
      const message = { response_type: 'ephemeral', replace_original: true, text: interrupted };
      await new ResponseUrl(ask.responseUrl, tools.apiUrl).show(message, true);
    } else if (place !== undefined) {
      await this.endMessages(ask, place, own);
    }
    if (!ask.unaddressed) observer.askFinished(ask.kind, 'error');
  }

  private async endMessages(ask: RememberedAsk, place: Place, own: readonly Json[]): Promise<void> {
    const { posting, api } = this.means.tools;
    const parts = own.filter((message) => isOf(message, ask)).map((message) => markOf(message)?.part ?? 0);
    const mark: Mark = { askId: ask.id, part: Math.max(0, ...parts) + 1, last: true };
    const stream = own.find((message) => message['streaming_state'] === 'in_progress');
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

function placeOf({ channelId, threadTs }: RememberedAsk): Place | undefined {
  return threadTs === undefined ? undefined : { channel: channelId, threadTs };
}

function isOf(message: Json, ask: RememberedAsk): boolean {
  return markOf(message)?.askId === ask.id;
}

/** The message as Slack had delivered it. */
function eventOf({ open: ask, keys }: OpenEntry, message: Json, { botUserId, appId }: Identity): Json {
  const [eventKey = ''] = keys;
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
