import type { Answer } from './answer';
import type { Question, Surface } from './chat-event';
import type { Verdict } from './feedback';
import type { ModelErrorCode } from './model-error';

export type BreakerState = 'closed' | 'half-open' | 'open';

/** One attempt at the model that came to an end by itself, retries included. */
export type ModelAttempt = { readonly model: string; readonly durationSeconds: number } & (
  { readonly outcome: 'success' } | { readonly outcome: 'error'; readonly code: ModelErrorCode }
);

/** Port: is told what happens around the model. Implementations never throw and never wait. */
export abstract class ModelObserver {
  abstract attemptFinished(attempt: ModelAttempt): void;
  /** Turned away by our own queue or breaker, never sent. */
  abstract rejected(model: string): void;
  /** The caller went away while an attempt was running. */
  abstract cancelled(model: string): void;
  abstract firstToken(model: string, seconds: number): void;
  abstract tokens(model: string, counts: { readonly prompt: number; readonly completion: number }): void;
  /** The server had to load the model for an attempt. */
  abstract modelLoaded(model: string, seconds: number): void;
  abstract queueWaited(model: string, seconds: number): void;
  abstract queueChanged(model: string, queue: { readonly inFlight: number; readonly waiting: number }): void;
  abstract breakerChanged(model: string, state: BreakerState): void;
}

export interface AnsweredQuestion {
  readonly question: Question;
  readonly answer: Answer;
  /** How much had been said before in the same conversation. */
  readonly earlierTurns: number;
}

/** Port: is told of every answer that reached its asker. */
export abstract class ChatObserver {
  abstract answered(answered: AnsweredQuestion): void;
}

/** Port: is told what happens to feedback. */
export abstract class FeedbackObserver {
  abstract given(surface: Surface, verdict: Verdict): void;
  /** It should have been kept and could not be written. */
  abstract lost(): void;
}

/** Port: is told what happens in the runbooks. */
export abstract class RunbookObserver {
  abstract loaded(runbooks: number, broken: number): void;
  abstract searched(hit: boolean): void;
}

/** `timeout`: no answer in time; whether the store has done it is not known. */
export type StoreOutcome = 'success' | 'error' | 'timeout';

/** Port: is told how the store that replicas share is doing. */
export abstract class StoreObserver {
  abstract commandFinished(outcome: StoreOutcome, seconds: number): void;
  /** `local`: it cannot be used, and this process goes on with what it has itself. */
  abstract stateChanged(state: 'shared' | 'local'): void;
  /** An ask of a replica that is gone was taken over. */
  abstract takenOver(): void;
}
