import {
  type BreakerState,
  type Lane,
  type ModelEvent,
  ModelObserver,
  ModelRejectedError,
  SharedState,
} from '@jamie/core';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Breaker } from './breaker';
import { Bulkhead, QueueFull, QueueTimeout, type Release } from './bulkhead';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';
import { Probe } from './probe';
import { SharedPlaces } from './shared-place';

/** Decides who may ask the model now: breaker first, then the queue. */
@Injectable()
export class Gate implements OnApplicationShutdown {
  private readonly logger = new Logger('Ollama');
  private readonly breaker: Breaker;
  private readonly bulkhead: Bulkhead;
  private readonly places: SharedPlaces;
  private queue = { inFlight: 0, waiting: 0 };

  constructor(
    @Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings,
    private readonly observer: ModelObserver,
    probe: Probe,
    shared: SharedState,
  ) {
    const { breakerThreshold, probeDelayMs, probeMaxDelayMs } = settings;
    this.breaker = new Breaker(
      { threshold: breakerThreshold, probeDelayMs, probeMaxDelayMs },
      { probe: () => probe.run(), changed: (state, reason) => this.breakerChanged(state, reason) },
    );
    this.bulkhead = new Bulkhead(settings, {
      changed: (queue) => {
        this.queue = queue;
        this.tell();
      },
      // The wait is over only when there is a shared place, too.
      waited: () => undefined,
    });
    this.places = new SharedPlaces(shared, settings.maxInFlight, () => this.tell());
  }

  /** Why the model is not asked at the moment; `undefined` when it is. */
  get closedBecause(): string | undefined {
    return this.breaker.refusal?.reason;
  }

  /**
   * A place at the model. Yields `queued` while others are ahead. Lanes take turns.
   *
   * @throws ModelRejectedError, or the signal's reason
   */
  async *enter(signal: AbortSignal, lane: Lane): AsyncGenerator<ModelEvent, Release> {
    this.refuseWhenOpen();
    const since = performance.now();
    const release = yield* this.place(signal, lane, since);
    try {
      // It may have opened while this one waited.
      this.refuseWhenOpen();
    } catch (thrown) {
      release();
      throw thrown;
    }
    this.observer.queueWaited(this.settings.model, (performance.now() - since) / 1000);
    return release;
  }

  succeeded(): void {
    this.breaker.succeeded();
  }

  failed(reason: string): void {
    this.breaker.failed(reason);
  }

  onApplicationShutdown(): void {
    this.breaker.stop();
  }

  /** One of this process's places first, then one of those that all replicas share. */
  private async *place(signal: AbortSignal, lane: Lane, since: number): AsyncGenerator<ModelEvent, Release> {
    let own: Release | undefined;
    try {
      own = this.bulkhead.tryTake() ?? (yield* this.bulkhead.wait(signal, lane));
      const shared = yield* this.places.enter(signal, since + this.settings.queueTimeoutMs);
      const both = bothOf(own, shared);
      own = undefined;
      return both;
    } catch (thrown) {
      throw this.rejectionOf(thrown);
    } finally {
      // Also when the reader went away while it waited.
      own?.();
    }
  }

  /** Those that wait for a shared place are not at the model yet. */
  private tell(): void {
    const { inFlight, waiting } = this.queue;
    const between = this.places.waiting;
    this.observer.queueChanged(this.settings.model, {
      inFlight: inFlight - between,
      waiting: waiting + between,
    });
  }

  private rejectionOf(thrown: unknown): unknown {
    if (thrown instanceof QueueFull) {
      return this.reject(
        'QueueFull',
        `The model is busy and ${this.settings.maxQueue} questions wait already`,
      );
    }
    if (thrown instanceof QueueTimeout) {
      const seconds = this.settings.queueTimeoutMs / 1000;
      return this.reject('QueueTimeout', `The model was busy with other questions for ${seconds} s`);
    }
    return thrown;
  }

  private reject(code: 'QueueFull' | 'QueueTimeout', why: string): ModelRejectedError {
    this.observer.rejected(this.settings.model);
    const retryAfterSeconds = Math.max(1, Math.ceil(this.settings.queueTimeoutMs / 1000));
    return new ModelRejectedError(code, `${why}; ask again in a moment.`, { retryAfterSeconds });
  }

  private refuseWhenOpen(): void {
    const { refusal } = this.breaker;
    if (!refusal) return;
    this.observer.rejected(this.settings.model);
    throw new ModelRejectedError(
      'BreakerOpen',
      `The model is not asked at the moment, because it kept failing. Last reason: ${refusal.reason}`,
      { retryAfterSeconds: refusal.retryAfterSeconds },
    );
  }

  private breakerChanged(state: BreakerState, reason: string): void {
    this.observer.breakerChanged(this.settings.model, state);
    if (state === 'open') this.logger.warn(`The model is not asked for now, it kept failing. ${reason}`);
    if (state === 'closed') this.logger.log('The model answers again.');
  }
}

function bothOf(first: Release, second: Release): Release {
  return () => {
    second();
    first();
  };
}
