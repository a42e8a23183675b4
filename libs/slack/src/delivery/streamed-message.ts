import { listOf, textOf } from '../fields';
import type { Features } from './features';
import { type LiveMessage, StoppedByPerson } from './live-message';
import { type Content, type Mark, metadataOf } from './message-content';
import { type Place, isClosed } from './place';
import type { Posting } from './posting';
import type { SlackApi } from './slack-api';
import { SlackCallError } from './slack-call-error';

export interface MessageParts {
  readonly api: SlackApi;
  readonly posting: Posting;
  readonly features: Features;
  readonly place: Place;
  readonly mark: Mark;
  /** Who asked: Slack wants to know outside of direct messages. */
  readonly recipient: { readonly userId: string; readonly teamId: string };
}

/** A stream that was never heard of again may have ended. */
const ended = 'message_not_in_streaming_state';
/** Starting and stopping are allowed equally often, and what is started must be stopped. */
const startShare = 0.8;

/** A message that Slack itself shows as being written. https://docs.slack.dev/reference/methods/chat.startStream */
export class StreamedMessage implements LiveMessage {
  private ts: string | undefined;
  private sent = '';
  /** Nobody knows whether the last call was done. */
  private doubtful = false;
  /** It shows something that must go. */
  private outdated = false;
  unusable = false;
  endedWith: string | undefined;

  constructor(private readonly parts: MessageParts) {}

  get visible(): boolean {
    return this.ts !== undefined || this.doubtful;
  }

  async show(markdown: string): Promise<void> {
    if (this.unusable || this.doubtful || this.outdated || this.endedWith !== undefined) return;
    if (!markdown.startsWith(this.sent)) this.outdated = true;
    if (this.outdated || markdown.length === this.sent.length) return;
    try {
      await this.send(markdown);
      this.sent = markdown;
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      this.failed(thrown);
    }
  }

  async seal(content: Content): Promise<void> {
    if (this.doubtful) this.ts ??= await this.find();
    const { ts } = this;
    if (ts === undefined) {
      await this.parts.posting.post(this.parts.place, content);
      return;
    }
    const intact = !this.doubtful && !this.outdated && this.endedWith === undefined;
    if (intact && content.markdown.startsWith(this.sent) && (await this.complete(ts, content))) return;
    await this.rewrite(ts, content);
  }

  async leave(): Promise<void> {
    if (this.doubtful) this.ts ??= await this.find();
    if (this.ts !== undefined) await this.stop(this.ts);
  }

  private async send(markdown: string): Promise<void> {
    const { api, place, recipient } = this.parts;
    const markdown_text = markdown.slice(this.sent.length);
    if (this.ts !== undefined) {
      await api.try('chat.appendStream', { channel: place.channel, ts: this.ts, markdown_text });
      return;
    }
    const args = {
      channel: place.channel,
      thread_ts: place.threadTs,
      recipient_user_id: recipient.userId,
      recipient_team_id: recipient.teamId,
      markdown_text,
    };
    this.ts = textOf(await api.try('chat.startStream', args, startShare), 'ts');
  }

  private failed(error: SlackCallError): void {
    if (error.failure === 'unknown') this.doubtful = true;
    if (error.failure !== 'refused') return;
    if (error.code === 'stopped_by_user') throw new StoppedByPerson();
    if (this.ts === undefined) {
      this.unusable = true;
      if (!this.parts.features.isAbsent('streams', error) && isClosed(error)) throw error;
    } else if (error.code === ended) {
      this.endedWith = this.sent;
    } else {
      this.outdated = true;
    }
  }

  /** Adds what is missing and ends the stream. False when Slack has ended it already. */
  private async complete(ts: string, { markdown, extras = [], mark }: Content): Promise<boolean> {
    const { api, posting, features, place } = this.parts;
    const rest = markdown.slice(this.sent.length);
    const blocks = features.has('feedback') ? extras : [];
    try {
      await api.insist({
        method: 'chat.stopStream',
        args: {
          channel: place.channel,
          ts,
          metadata: metadataOf(mark),
          ...(rest === '' ? {} : { markdown_text: rest }),
          ...(blocks.length === 0 ? {} : { blocks }),
        },
        look: () => posting.isMarked(place, ts, mark),
        read: () => true,
      });
      return true;
    } catch (thrown) {
      if (thrown instanceof SlackCallError && thrown.failure === 'refused' && !isClosed(thrown)) return false;
      throw thrown;
    }
  }

  private async rewrite(ts: string, content: Content): Promise<void> {
    const { place, posting } = this.parts;
    const asWanted = content.markdown === this.endedWith && content.extras === undefined;
    if (asWanted) return;
    if (this.endedWith === undefined) await this.stop(ts);
    await posting.rewriteOrPost(place, ts, content);
  }

  /** Only what streams may be updated: an open one is not. */
  private async stop(ts: string): Promise<void> {
    const { api, place } = this.parts;
    try {
      await api.insist({ method: 'chat.stopStream', args: { channel: place.channel, ts }, read: () => true });
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
    }
  }

  /** The stream whose start was never confirmed: the one that is open in this thread. Asks of one thread wait for each other. */
  private async find(): Promise<string | undefined> {
    const { posting, place } = this.parts;
    try {
      const open = (await posting.ownMessages(place)).filter(
        (message) => message['streaming_state'] === 'in_progress' && listOf(message, 'files').length === 0,
      );
      return textOf(open.at(-1), 'ts');
    } catch (thrown) {
      if (thrown instanceof SlackCallError) return undefined;
      throw thrown;
    }
  }
}
