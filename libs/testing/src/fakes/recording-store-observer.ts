import { StoreObserver, type StoreOutcome } from '@jamie/core';

/** Keeps what the store told. */
export class RecordingStoreObserver extends StoreObserver {
  readonly outcomes: StoreOutcome[] = [];
  readonly states: ('shared' | 'local')[] = [];
  takeovers = 0;

  commandFinished(outcome: StoreOutcome): void {
    this.outcomes.push(outcome);
  }

  stateChanged(state: 'shared' | 'local'): void {
    this.states.push(state);
  }

  takenOver(): void {
    this.takeovers += 1;
  }
}
