import { setImmediate } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type Claim, RunningAsks, sentenceOf } from '@jamie/core';
import type { App, ReceiverEvent } from '@slack/bolt';
import type { Json } from '../fields';
import { SlackWork } from '../watched';
import { Admission, type Admitted } from './admission';

export interface Incoming {
  readonly body: Json;
  readonly retryNum?: number;
  readonly retryReason?: string;
  /** It was claimed already: by a process that is gone. */
  readonly claim?: Claim;
  /** Tells Slack that it arrived; with an answer where one is expected. */
  readonly acknowledge: (response?: unknown) => Promise<void> | void;
}

/** Under this name handlers find in Bolt's context what was admitted. */
export const admittedKey = 'admitted';

/** Hands what a transport received to Bolt, once for each delivery, and keeps account of what became of it. */
@Injectable()
export class Dispatcher extends SlackWork {
  private readonly logger = new Logger('Slack');
  private app: App | undefined;

  constructor(
    private readonly admission: Admission,
    private readonly runningAsks: RunningAsks,
  ) {
    super();
  }

  serve(app: App): void {
    this.app = app;
  }

  /** Resolves when all handlers have finished, long after Slack was told. */
  async dispatch(incoming: Incoming): Promise<void> {
    const admitted = await this.admission.admit(incoming.body, incoming.claim);
    if (admitted === undefined) {
      await incoming.acknowledge();
      return;
    }
    // Slack will not send again what it was told has arrived: a shutdown waits for it from here on.
    const running = this.runningAsks.begin(new AbortController());
    try {
      const { ask } = admitted;
      const work = async () => this.app?.processEvent(boltEvent(incoming, admitted));
      await (ask === undefined ? work() : this.answering(ask, work));
      await admitted.claim.settle();
    } catch (thrown) {
      await this.died(admitted, thrown);
    } finally {
      running.ended();
    }
  }

  private async died(admitted: Admitted, thrown: unknown): Promise<void> {
    // The next process finds it among what was begun.
    if (!this.runningAsks.accepting) return;
    this.logger.error(`A delivery could not be worked on and may come again: ${sentenceOf(thrown)}`);
    await admitted.claim.release();
  }
}

/**
 * A connection that broke does not end the work: Slack delivers again, and is told then. Given up here, the ask would be
 * lost where the repetition came before.
 */
async function tell(acknowledge: Incoming['acknowledge'], response: unknown): Promise<void> {
  try {
    await acknowledge(response);
  } catch (thrown) {
    new Logger('Slack').debug(`Slack could not be told that a delivery arrived: ${sentenceOf(thrown)}`);
  }
}

function boltEvent(
  { body, retryNum, retryReason, acknowledge }: Incoming,
  admitted: Admitted,
): ReceiverEvent {
  return {
    body: { ...body },
    ack: async (response?: unknown) => {
      await tell(acknowledge, response);
      // What else has just arrived is acknowledged, too, before the work on this begins.
      await setImmediate();
    },
    customProperties: { [admittedKey]: admitted },
    ...(retryNum === undefined ? {} : { retryNum }),
    ...(retryReason === undefined ? {} : { retryReason }),
  };
}
