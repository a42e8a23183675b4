import type { Ask } from '../asks/ask';
import type { MessageTools } from './message-tools';
import type { PartWriter } from './part-writer';
import { isClosed, isGone } from './place';
import { SlackCallError } from './slack-call-error';
import { StatusLine } from './status-line';

// Slack takes a status away after two minutes; people lose patience earlier.
const renewAfterMs = 18_000;

/** Keeps people informed of what is going on: by the status line, failing that by a message that says it. */
export class Progress {
  private readonly line: StatusLine;
  private readonly startedAtMs = performance.now();
  private toldAtMs = 0;
  private shown = '';
  private said = '';
  private text = 'looking into the runbooks';
  private inMessage = false;
  private begun: Promise<void> = Promise.resolve();
  private renewal: Promise<void> = Promise.resolve();

  constructor(
    tools: MessageTools,
    ask: Ask,
    private readonly writer: PartWriter,
  ) {
    this.line = new StatusLine(tools, writer.place, ask);
  }

  doing(text: string): void {
    this.text = text;
  }

  /** The first sign of life. */
  begin(): Promise<void> {
    this.begun = this.first();
    return this.begun;
  }

  /** Names the conversation after the question, where conversations have names. */
  async entitle(): Promise<void> {
    await this.begun;
    if (!this.inMessage) await this.line.entitle();
  }

  /** The answer so far; while it is empty, what is being done. Throws StoppedByPerson. */
  async show(markdown: string): Promise<void> {
    const silentMs = performance.now() - this.toldAtMs;
    if (markdown !== '') {
      const before = this.writer.visible;
      await this.writer.show(markdown);
      if (!before && this.writer.visible) this.posted();
      if (markdown !== this.shown) this.told();
      else if (silentMs > renewAfterMs) await this.say(this.withTime());
      this.shown = markdown;
    } else if (this.text !== this.said || silentMs > renewAfterMs) {
      await this.say(silentMs > renewAfterMs ? this.withTime() : this.text);
    }
  }

  /** A message has taken the status's place. */
  posted(): void {
    // A message elsewhere takes no status away here.
    if (!this.writer.moved) this.line.posted();
    this.told();
  }

  /** Renews the status while this takes long: Slack may make an answer wait for minutes. */
  async during<T>(work: Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      this.renewal = this.renew();
    }, renewAfterMs).unref();
    try {
      return await work;
    } finally {
      clearInterval(timer);
      await this.renewal;
    }
  }

  async end(): Promise<void> {
    await this.line.close();
  }

  private async first(): Promise<void> {
    await this.say(this.text);
    if (!this.inMessage) await this.line.open();
  }

  private async renew(): Promise<void> {
    if (this.inMessage) return;
    try {
      await this.line.say(`waiting for Slack to take the answer${this.soFar()}`);
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
    }
  }

  private async say(text: string): Promise<void> {
    this.said = this.text;
    this.told();
    if (!this.inMessage && (await this.inLine(text))) return;
    // Text that people read already says more than a placeholder would.
    if (this.shown !== '') return;
    this.inMessage = true;
    this.writer.useUpdates();
    await this.writer.show(`_${text}…_`);
  }

  private async inLine(text: string): Promise<boolean> {
    try {
      return await this.line.say(text);
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError) || !isClosed(thrown)) throw thrown;
      // Only an answer is worth a message elsewhere, where the question may just have been taken back.
      if (isGone(thrown)) return true;
      await this.writer.move(thrown);
      return false;
    }
  }

  private withTime(): string {
    return `${this.text}${this.soFar()}`;
  }

  private soFar(): string {
    return ` (${Math.round((performance.now() - this.startedAtMs) / 1000)} s)`;
  }

  private told(): void {
    this.toldAtMs = performance.now();
  }
}
