import { randomUUID } from 'node:crypto';
import { type ModelEvent, ModelPlaces, type SharedState, forgottenAfterMs } from '@jamie/core';
import { QueueTimeout, type Release } from './bulkhead';
import { pause } from './retry-delay';

const lookAgainMs = Math.min(200, forgottenAfterMs / 2);

/** The places of all replicas together: whoever has one of this process's places waits for one of these. */
export class SharedPlaces {
  private readonly places: ModelPlaces;
  private current = 0;

  constructor(
    shared: SharedState,
    maxInFlight: number,
    private readonly changed: () => void,
  ) {
    this.places = shared.modelPlaces(maxInFlight);
  }

  /** How many of this process wait here. */
  get waiting(): number {
    return this.current;
  }

  /** `endsAt`: on the clock of `performance.now()`. Throws QueueTimeout, or the signal's reason. */
  async *enter(signal: AbortSignal, endsAt: number): AsyncGenerator<ModelEvent, Release> {
    const ticket = randomUUID();
    let held = true;
    const release = (): void => {
      if (held) void this.places.giveBack(ticket);
      held = false;
    };
    let [told, granted] = [0, false];
    this.change(1);
    try {
      for (;;) {
        const ahead = await this.places.take(ticket);
        signal.throwIfAborted();
        granted = ahead === 0;
        if (granted) return release;
        if (performance.now() > endsAt) throw new QueueTimeout();
        if (ahead !== told) yield { type: 'queued', ahead };
        told = ahead;
        await pause(lookAgainMs, signal);
      }
    } finally {
      if (!granted) release();
      this.change(-1);
    }
  }

  private change(by: number): void {
    this.current += by;
    this.changed();
  }
}
