import { Injectable } from '@nestjs/common';
import type { Claim } from '@jamie/core';
import { wait } from '../delivery/wait';
import type { Ask } from './ask';

const lookAgainMs = 250;

/** The question was taken back. */
export class QuestionWithdrawn extends Error {
  override readonly name = 'QuestionWithdrawn';

  constructor() {
    super('the question was deleted');
  }
}

interface Running {
  readonly ask: Ask;
  readonly claim: Claim;
  readonly controller: AbortController;
}

/** The asks that are being answered, by thread: one after the other in each, so that every answer knows the one before. */
@Injectable()
export class Threads {
  private readonly running = new Map<string, Running>();
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs when everything before it in the same thread has ended. `waiting` is called first if there is anything. */
  async inTurn<T>(running: Running, work: () => Promise<T>, waiting: () => void): Promise<T> {
    const { ask } = running;
    const thread = `${ask.channelId}:${ask.threadTs ?? ask.id}`;
    this.running.set(ask.id, running);
    await this.turn(running, waiting);
    const before = this.last.get(thread);
    if (before !== undefined) waiting();
    const turn = (before ?? Promise.resolve()).then(work, work);
    this.last.set(thread, turn);
    try {
      return await turn;
    } finally {
      this.running.delete(ask.id);
      if (this.last.get(thread) === turn) this.last.delete(thread);
    }
  }

  /** Waits for asks of the thread that other replicas answer. */
  private async turn({ claim, controller }: Running, waiting: () => void): Promise<void> {
    const { signal } = controller;
    while (!signal.aborted && !(await claim.hasTurn())) {
      waiting();
      await wait(lookAgainMs, signal).catch(() => undefined);
    }
  }

  /** Ends what is being answered in this thread. */
  stop(channelId: string, threadTs: string, reason: Error): void {
    for (const { ask, controller } of this.running.values()) {
      if (ask.channelId === channelId && ask.threadTs === threadTs) controller.abort(reason);
    }
  }

  /** Ends the answer to the message that was deleted. */
  withdraw(channelId: string, ts: string): void {
    for (const { ask, controller } of this.running.values()) {
      if (ask.channelId === channelId && ask.ts === ts) controller.abort(new QuestionWithdrawn());
    }
  }
}
