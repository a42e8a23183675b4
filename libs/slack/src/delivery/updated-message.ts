import { textOf } from '../fields';
import { withClosedFence } from '../rendering/layout';
import type { LiveMessage } from './live-message';
import { type Content, sayArguments } from './message-content';
import { type Place, isClosed } from './place';
import { noUnfurling } from './posting';
import { SlackCallError } from './slack-call-error';
import type { MessageParts } from './streamed-message';

// Slack's own advice for messages that are updated while they are read.
const intervalMs = 3100;

/** A message that is written by updating it, where Slack has no streams. */
export class UpdatedMessage implements LiveMessage {
  readonly endedWith = undefined;
  unusable = false;
  private ts: string | undefined;
  private place: Place;
  private shown = '';
  private doubtful = false;
  private nextAtMs = 0;

  constructor(private readonly parts: MessageParts) {
    this.place = parts.place;
  }

  get visible(): boolean {
    return this.ts !== undefined || this.doubtful;
  }

  async show(markdown: string): Promise<void> {
    const shown = withClosedFence(markdown);
    const early = performance.now() < this.nextAtMs;
    if (this.unusable || this.doubtful || early || shown === this.shown || shown === '') return;
    try {
      await this.send(shown);
      this.shown = shown;
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      this.failed(thrown);
    }
    this.nextAtMs = performance.now() + intervalMs;
  }

  async seal(content: Content): Promise<void> {
    const { place } = this;
    const { posting, mark } = this.parts;
    if (this.doubtful && this.ts === undefined) {
      this.ts = await posting.findPosted(place, { ...mark, draft: true });
    }
    if (this.ts === undefined) await posting.post(place, content);
    else await posting.rewriteOrPost(place, this.ts, content);
  }

  async leave(markdown: string): Promise<void> {
    if (this.visible) await this.seal({ markdown: withClosedFence(markdown), mark: this.parts.mark });
  }

  private async send(markdown: string): Promise<void> {
    const { place } = this;
    const { api, mark } = this.parts;
    const say = sayArguments({ markdown, mark: { ...mark, draft: true } });
    if (this.ts !== undefined) {
      await api.try('chat.update', { channel: place.channel, ts: this.ts, ...say });
      return;
    }
    const { channel, threadTs: thread_ts } = place;
    const posted = await api.try('chat.postMessage', { channel, thread_ts, ...noUnfurling, ...say });
    this.ts = textOf(posted, 'ts');
    // Of a person's id Slack makes that of the direct messages with them, and takes nothing else afterwards.
    this.place = { ...place, channel: textOf(posted, 'channel') ?? channel };
  }

  private failed(error: SlackCallError): void {
    if (error.failure === 'unknown' && this.ts === undefined) this.doubtful = true;
    if (error.failure !== 'refused' || this.ts !== undefined) return;
    this.unusable = true;
    if (isClosed(error)) throw error;
  }
}
