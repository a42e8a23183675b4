/** A failure with a name. The message is one clear sentence for people, without secrets or stack traces. */
export abstract class JamieError extends Error {
  /** Short fixed name, safe as a metric label. */
  abstract readonly code: string;
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean;

  protected constructor(message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.retryable = options.retryable;
  }
}

/** Neither the model nor the runbooks have an answer. `cause` is why the model has none. */
export class NothingCanAnswerError extends JamieError {
  readonly code = 'NothingCanAnswer';
  /** True when the model was asked and its deadline passed. */
  readonly timedOut: boolean;
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { timedOut: boolean; retryAfterSeconds: number; cause: unknown }) {
    super(message, { retryable: true, cause: options.cause });
    this.timedOut = options.timedOut;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The first sentence-like words of any thrown value, for logs: never a stack trace. */
export function sentenceOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
