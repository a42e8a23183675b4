import { Logger } from '@nestjs/common';
import { type RunningAsks, type SlackObserver, sentenceOf } from '@jamie/core';
import type { App, Receiver } from '@slack/bolt';
import type { Json } from '../fields';
import type { Dispatcher } from './dispatcher';
import { noticeAddress, sendRestartNotice } from './restart-notice';
import type { SlackHealth } from './slack-health';
import { type SocketEnvelope, SocketSlot } from './socket-slot';

export interface SocketReceiverParts {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly dispatcher: Dispatcher;
  readonly health: SlackHealth;
  readonly observer: SlackObserver;
  readonly runningAsks: RunningAsks;
}

/** Slack renews every connection after some hours; while it renews one, the other one listens. */
const connections = 2;

/** Slack's deliveries over Socket Mode. https://docs.slack.dev/apis/events-api/using-socket-mode */
export class SocketReceiver implements Receiver {
  private readonly logger = new Logger('Slack');
  private readonly slots: readonly SocketSlot[];

  constructor(private readonly parts: SocketReceiverParts) {
    const slotParts = {
      ...parts,
      receive: (envelope: SocketEnvelope) => this.receive(envelope),
      changed: () => this.tell(),
    };
    this.slots = Array.from({ length: connections }, () => new SocketSlot(slotParts));
  }

  init(app: App): void {
    this.parts.dispatcher.serve(app);
  }

  /** Nothing yet: Bolt's start comes before the handlers are registered. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.close()));
  }

  /** Connects, and stays connected until `stop`. */
  open(): void {
    for (const slot of this.slots) void slot.run();
  }

  private receive({ body, ack, accepts_response_payload: answerable, ...retry }: SocketEnvelope): void {
    if (!this.parts.runningAsks.accepting) {
      void this.turnAway(body, ack);
      return;
    }
    const dispatched = this.parts.dispatcher.dispatch({
      body,
      acknowledge: (response) => ack(answerable === true ? response : undefined),
      ...(retry.retry_num === undefined ? {} : { retryNum: retry.retry_num }),
      ...(retry.retry_reason === undefined ? {} : { retryReason: retry.retry_reason }),
    });
    // The connection closed before the acknowledgement: Slack delivers again.
    dispatched.catch((thrown: unknown) => this.logger.debug(`Not acknowledged: ${sentenceOf(thrown)}`));
  }

  /**
   * An event is not acknowledged: Slack hands it to another connection, or to the next process. A command or a shortcut
   * is gone, so the person is told.
   */
  private async turnAway(body: Json, ack: SocketEnvelope['ack']): Promise<void> {
    const address = noticeAddress(body);
    if (address === undefined) return;
    // The connection may be closing already.
    ack().catch(() => undefined);
    await sendRestartNotice(address, this.parts);
  }

  private tell(): void {
    const open = this.slots.filter(({ connected }) => connected).length;
    const trouble = this.slots.find((slot) => slot.trouble !== undefined)?.trouble;
    if (open === 0) this.parts.health.down(trouble ?? 'No Socket Mode connection is open.');
    else
      this.parts.health.up(
        `Socket Mode, ${open} of ${connections} connections open. ${trouble ?? ''}`.trim(),
      );
  }
}
