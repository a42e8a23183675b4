import type { Lane } from '@jamie/core';
import { FairQueue } from './fair-queue';

export interface BulkheadOptions {
  readonly maxInFlight: number;
  readonly maxQueue: number;
  readonly queueTimeoutMs: number;
}

export interface BulkheadListener {
  changed(queue: { readonly inFlight: number; readonly waiting: number }): void;
  /** Called for everyone who got a place, also without waiting. */
  waited(seconds: number): void;
}

/** `ahead`: how many requests have to end before this one begins. */
export interface Queued {
  readonly type: 'queued';
  readonly ahead: number;
}

/** A place among those in flight. Giving it back twice does no harm. */
export type Release = () => void;

export class QueueFull extends Error {}
export class QueueTimeout extends Error {}

// Everybody moves up whenever one question ends. In a long queue each would be told of each, so it is told in rounds.
const toldAtOnce = 16;
const announceEveryMs = 500;

/**
 * A bounded number of places and a bounded queue for them, in which lanes take turns. When it is full, whoever has most
 * in it makes room for those who have less.
 */
export class Bulkhead {
  private inFlight = 0;
  private announcement: NodeJS.Timeout | undefined;
  private readonly queue = new FairQueue<Waiter>();

  constructor(
    private readonly options: BulkheadOptions,
    private readonly listener: BulkheadListener,
  ) {}

  /** A place, when one is free and nobody waits. */
  tryTake(): Release | undefined {
    if (this.queue.length > 0 || this.inFlight >= this.options.maxInFlight) return undefined;
    this.listener.waited(0);
    const release = this.grant();
    this.changed();
    return release;
  }

  /**
   * Waits for a place. Yields its position at first and at each change.
   *
   * @throws QueueFull, QueueTimeout, or the signal's reason; the caller who leaves is out of the queue at once
   */
  async *wait(signal: AbortSignal, lane: Lane): AsyncGenerator<Queued, Release> {
    signal.throwIfAborted();
    this.makeRoomFor(lane);
    const waiter = new Waiter(lane);
    const stop = this.enqueue(waiter, signal);
    try {
      for (;;) {
        if (waiter.outcome) return waiter.result();
        yield { type: 'queued', ahead: waiter.read() };
        await waiter.changed();
      }
    } finally {
      stop();
      this.leave(waiter);
    }
  }

  private makeRoomFor(lane: Lane): void {
    if (this.queue.length < this.options.maxQueue) return;
    const greediest = this.queue.greediest(lane);
    if (!greediest) throw new QueueFull();
    this.fail(greediest, new QueueFull());
  }

  private enqueue(waiter: Waiter, signal: AbortSignal): () => void {
    const leave = () => this.fail(waiter, signal.reason);
    const timer = setTimeout(() => this.fail(waiter, new QueueTimeout()), this.options.queueTimeoutMs);
    signal.addEventListener('abort', leave, { once: true });
    this.queue.push(waiter, waiter.lane);
    waiter.move(this.queue.length);
    this.changed();
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    };
  }

  private fail(waiter: Waiter, reason: unknown): void {
    if (waiter.outcome) return;
    waiter.settle({ kind: 'refused', reason });
    this.remove(waiter);
  }

  /** A reader that went away without waiting for its place gives it back, too. */
  private leave(waiter: Waiter): void {
    this.remove(waiter);
    if (waiter.outcome?.kind === 'granted' && !waiter.taken) waiter.outcome.release();
  }

  private remove(waiter: Waiter): void {
    if (this.queue.remove(waiter, waiter.lane)) this.changed();
  }

  private grant(): Release {
    this.inFlight += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.inFlight -= 1;
      this.advance();
      this.changed();
    };
  }

  private advance(): void {
    while (this.inFlight < this.options.maxInFlight) {
      const next = this.queue.shift();
      if (!next) return;
      this.listener.waited((performance.now() - next.since) / 1000);
      next.settle({ kind: 'granted', release: this.grant() });
    }
  }

  private changed(): void {
    if (this.queue.length <= toldAtOnce) this.announce();
    else this.announcement ??= setTimeout(() => this.announce(), announceEveryMs).unref();
    this.listener.changed({ inFlight: this.inFlight, waiting: this.queue.length });
  }

  private announce(): void {
    clearTimeout(this.announcement);
    this.announcement = undefined;
    this.queue.order().forEach((waiter, index) => waiter.move(index + 1));
  }
}

type WaitOutcome =
  | { readonly kind: 'granted'; readonly release: Release }
  | { readonly kind: 'refused'; readonly reason: unknown };

class Waiter {
  readonly since = performance.now();
  private ahead = 0;
  private told = 0;
  outcome: WaitOutcome | undefined;
  /** True once the place has been handed to the one who waited. */
  taken = false;
  private news = false;
  private wake: (() => void) | undefined;

  constructor(readonly lane: Lane) {}

  move(ahead: number): void {
    this.ahead = ahead;
    if (worthTelling(this.told, ahead)) this.notify();
  }

  settle(outcome: WaitOutcome): void {
    this.outcome = outcome;
    this.notify();
  }

  /** @throws what it was refused with */
  result(): Release {
    if (this.outcome?.kind !== 'granted') throw this.outcome?.reason;
    this.taken = true;
    return this.outcome.release;
  }

  /** Its position. */
  read(): number {
    this.news = false;
    this.told = this.ahead;
    return this.ahead;
  }

  /** Resolves at the next change, or at once when there was one since the position was read. */
  changed(): Promise<void> {
    if (this.news) return Promise.resolve();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private notify(): void {
    this.news = true;
    const { wake } = this;
    this.wake = undefined;
    wake?.();
  }
}

/** Far back in a long queue only every tenth of the way is news: telling all of them each step would cost its square. */
function worthTelling(told: number, ahead: number): boolean {
  const exactBelow = 16;
  return ahead !== told && (ahead <= exactBelow || Math.abs(told - ahead) >= told / 10);
}
