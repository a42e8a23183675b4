import { Inject, Injectable } from '@nestjs/common';
import { type BreakerState, type ModelAttempt, ModelObserver } from '@jamie/core';
import type { Metrics } from './catalogue';
import { METRICS } from './metrics-options';

const breakerLevels: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/** Counts what happens around the model. */
@Injectable()
export class ModelMetrics extends ModelObserver {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {
    super();
  }

  attemptFinished(attempt: ModelAttempt): void {
    const { model, outcome } = attempt;
    this.metrics.ollamaRequests.inc({ model, status: outcome });
    this.metrics.ollamaRequestDuration.observe({ model }, attempt.durationSeconds);
    if (attempt.outcome === 'error') this.metrics.ollamaErrors.inc({ model, error_type: attempt.code });
  }

  rejected(model: string): void {
    this.metrics.ollamaRequests.inc({ model, status: 'rejected' });
  }

  cancelled(model: string): void {
    this.metrics.ollamaCancelled.inc({ model });
  }

  firstToken(model: string, seconds: number): void {
    this.metrics.ollamaTimeToFirstToken.observe({ model }, seconds);
  }

  tokens(model: string, counts: { readonly prompt: number; readonly completion: number }): void {
    this.addTokens(model, 'prompt', counts.prompt);
    this.addTokens(model, 'completion', counts.completion);
  }

  modelLoaded(model: string, seconds: number): void {
    this.metrics.ollamaModelLoadDuration.observe({ model }, seconds);
  }

  queueWaited(model: string, seconds: number): void {
    this.metrics.ollamaQueueWait.observe({ model }, seconds);
  }

  queueChanged(model: string, queue: { readonly inFlight: number; readonly waiting: number }): void {
    this.metrics.ollamaRequestsInFlight.set({ model }, queue.inFlight);
    this.metrics.ollamaQueueDepth.set({ model }, queue.waiting);
  }

  breakerChanged(model: string, state: BreakerState): void {
    this.metrics.ollamaBreakerState.set({ model }, breakerLevels[state]);
  }

  /** prom-client takes NaN and is poisoned by it for ever. */
  private addTokens(model: string, kind: string, count: number): void {
    if (Number.isFinite(count) && count > 0) this.metrics.ollamaTokens.inc({ model, kind }, count);
  }
}
