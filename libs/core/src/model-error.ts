import { JamieError } from './errors';

/** Names of the ways in which one attempt at the model fails. They are the values of the label `error_type`. */
export const modelErrorCodes = [
  'OllamaUnreachable',
  'OllamaTimeout',
  'OllamaModelNotFound',
  'OllamaBusy',
  'OllamaStreamInterrupted',
  'OllamaBadResponse',
  'OllamaRequestRejected',
] as const;

export type ModelErrorCode = (typeof modelErrorCodes)[number];

/** An attempt that was sent, or could not be, and failed. */
export class ModelError extends JamieError {
  readonly code: ModelErrorCode;
  /** The prompt did not fit the model's context: shorten it and ask again. */
  readonly promptTooLong: boolean;

  constructor(
    code: ModelErrorCode,
    message: string,
    options: { retryable: boolean; cause?: unknown; promptTooLong?: boolean },
  ) {
    super(message, options);
    this.code = code;
    this.promptTooLong = options.promptTooLong ?? false;
  }
}

export type RejectionCode = 'QueueFull' | 'QueueTimeout' | 'BreakerOpen';

/** Turned away by our own queue or breaker; nothing was sent to the model. */
export class ModelRejectedError extends JamieError {
  readonly code: RejectionCode;
  readonly retryAfterSeconds: number;

  constructor(code: RejectionCode, message: string, options: { retryAfterSeconds: number; cause?: unknown }) {
    super(message, { retryable: true, cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export type ModelFailure = ModelError | ModelRejectedError;

export function isModelFailure(thrown: unknown): thrown is ModelFailure {
  return thrown instanceof ModelError || thrown instanceof ModelRejectedError;
}
