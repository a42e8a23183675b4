import { Inject, Injectable } from '@nestjs/common';
import { StoreObserver, type StoreOutcome } from '@jamie/core';
import type { Metrics } from './catalogue';
import { METRICS } from './metrics-options';

/** Counts what happens between Jamie and Redis. */
@Injectable()
export class StoreMetrics extends StoreObserver {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {
    super();
  }

  commandFinished(status: StoreOutcome, seconds: number): void {
    this.metrics.storeCommands.inc({ status });
    this.metrics.storeCommandDuration.observe(seconds);
  }

  stateChanged(state: 'shared' | 'local'): void {
    this.metrics.storeLocal.set(state === 'local' ? 1 : 0);
  }

  takenOver(): void {
    this.metrics.asksTakenOver.inc();
  }
}
