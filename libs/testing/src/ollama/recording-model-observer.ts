import { type BreakerState, type ModelAttempt, type ModelErrorCode, ModelObserver } from '@jamie/core';

/** Keeps what it is told, to be held against the journal of a stand-in. */
export class RecordingModelObserver extends ModelObserver {
  readonly attempts: ModelAttempt[] = [];
  readonly firstTokenSeconds: number[] = [];
  readonly tokenCounts: { readonly prompt: number; readonly completion: number }[] = [];
  readonly loadSeconds: number[] = [];
  readonly queueSeconds: number[] = [];
  readonly queueStates: { readonly inFlight: number; readonly waiting: number }[] = [];
  readonly breakerStates: BreakerState[] = [];
  rejectedCount = 0;
  cancelledCount = 0;

  get successes(): number {
    return this.attempts.filter((attempt) => attempt.outcome === 'success').length;
  }

  get errors(): readonly ModelErrorCode[] {
    return this.attempts.flatMap((attempt) => (attempt.outcome === 'error' ? [attempt.code] : []));
  }

  /** Forgets everything, for a test that begins here. */
  clear(): void {
    for (const list of this.lists()) list.length = 0;
    this.rejectedCount = 0;
    this.cancelledCount = 0;
  }

  attemptFinished(attempt: ModelAttempt): void {
    this.attempts.push(attempt);
  }

  rejected(): void {
    this.rejectedCount += 1;
  }

  cancelled(): void {
    this.cancelledCount += 1;
  }

  firstToken(_model: string, seconds: number): void {
    this.firstTokenSeconds.push(seconds);
  }

  tokens(_model: string, counts: { readonly prompt: number; readonly completion: number }): void {
    this.tokenCounts.push(counts);
  }

  modelLoaded(_model: string, seconds: number): void {
    this.loadSeconds.push(seconds);
  }

  queueWaited(_model: string, seconds: number): void {
    this.queueSeconds.push(seconds);
  }

  queueChanged(_model: string, queue: { readonly inFlight: number; readonly waiting: number }): void {
    this.queueStates.push(queue);
  }

  breakerChanged(_model: string, state: BreakerState): void {
    this.breakerStates.push(state);
  }

  private lists(): { length: number }[] {
    return [
      this.attempts,
      this.firstTokenSeconds,
      this.tokenCounts,
      this.loadSeconds,
      this.queueSeconds,
      this.queueStates,
      this.breakerStates,
    ];
  }
}
