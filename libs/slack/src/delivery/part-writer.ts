import { Logger } from '@nestjs/common';
import type { Ask } from '../asks/ask';
import type { Json } from '../fields';
import type { Attachment } from '../rendering/attachment';
import { answeredElsewhere } from '../words';
import type { LiveMessage } from './live-message';
import type { MessageTools } from './message-tools';
import { type Place, isClosed } from './place';
import { SlackCallError } from './slack-call-error';
import { StreamedMessage } from './streamed-message';
import { UpdatedMessage } from './updated-message';

export interface Ending {
  readonly extras?: readonly Json[];
  readonly answerId?: string;
}

/** Writes the messages of one answer, one after the other; in a direct message when the thread is closed to Jamie. */
export class PartWriter {
  private readonly logger = new Logger('Slack');
  private current: LiveMessage;
  private number = 1;
  /** Stands above the text in the message that begins at another place. */
  private lead = '';
  private updating = false;
  place: Place;

  constructor(
    private readonly tools: MessageTools,
    private readonly ask: Ask,
    place: Place,
  ) {
    this.place = place;
    this.current = this.fresh();
  }

  get visible(): boolean {
    return this.current.visible;
  }

  get moved(): boolean {
    return this.place.channel !== this.ask.channelId;
  }

  /** What of the current text stands in a message that Slack has ended. */
  get endedWith(): string | undefined {
    return this.current.endedWith?.slice(this.lead.length);
  }

  /** From now on by updating, because there is a placeholder to begin with. */
  useUpdates(): void {
    if (this.updating || this.current.visible) return;
    this.updating = true;
    this.current = this.fresh();
  }

  /** Makes the current message show this, as far as that is possible now. Throws StoppedByPerson. */
  async show(markdown: string): Promise<void> {
    await this.somewhere(() => this.current.show(this.lead + markdown));
    if (!this.current.unusable) return;
    this.useUpdates();
    await this.somewhere(() => this.current.show(this.lead + markdown));
  }

  /** The current message is complete; the next one begins. */
  async seal(markdown: string): Promise<void> {
    const mark = this.mark();
    await this.somewhere(() => this.current.seal({ markdown: this.lead + markdown, mark }));
    this.number += 1;
    this.lead = '';
    this.updating = false;
    this.current = this.fresh();
  }

  /** The current message is the last one. */
  async sealLast(markdown: string, { extras, answerId }: Ending): Promise<void> {
    const mark = { ...this.mark(), last: true, ...(answerId === undefined ? {} : { answerId }) };
    await this.somewhere(() =>
      this.current.seal({
        markdown: this.lead + markdown,
        mark,
        ...(extras === undefined ? {} : { extras }),
      }),
    );
  }

  async leave(markdown: string): Promise<void> {
    await this.current.leave(this.lead + markdown);
  }

  async attach(attachments: readonly Attachment[]): Promise<void> {
    for (const attachment of attachments) {
      await this.tools.uploads.shareOrPost(this.place, attachment, () => this.nextMark());
    }
  }

  /** Leaves the thread for a direct message to the asker. Throws the error when there is none to go to. */
  async move(error: SlackCallError): Promise<void> {
    if (this.ask.direct || this.moved) throw error;
    this.logger.log(`Answering ${this.ask.id} in a direct message: ${error.code}`);
    this.place = { channel: await this.tools.posting.directMessages(this.ask.userId) };
    this.lead = `${answeredElsewhere(this.ask.channelId, error.code)}\n\n`;
    this.updating = true;
    this.current = this.fresh();
  }

  private async somewhere(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError) || !isClosed(thrown)) throw thrown;
      await this.move(thrown);
      await action();
    }
  }

  private fresh(): LiveMessage {
    const { api, posting, features } = this.tools;
    const { userId, teamId } = this.ask;
    const recipient = { userId, teamId };
    const parts = { api, posting, features, place: this.place, mark: this.mark(), recipient };
    const streaming = !this.updating && features.has('streams') && this.place.threadTs !== undefined;
    return streaming ? new StreamedMessage(parts) : new UpdatedMessage(parts);
  }

  private nextMark() {
    this.number += 1;
    return this.mark();
  }

  private mark() {
    return { askId: this.ask.id, part: this.number };
  }
}
