import type { ModelError, ModelErrorCode } from '@jamie/core';

/** What a failure means: for people, for the next attempt, for the breaker and for what is known of the model. */
export interface Verdict {
  readonly error: ModelError;
  /** How often the request may be sent again, as long as no text was passed on. */
  readonly retries: number;
  /** The server's failure, not the request's: it counts towards the breaker. */
  readonly serverFault: boolean;
  /** The model is probably no longer in memory. */
  readonly modelLost: boolean;
  /** The server does not know the field `think`: leave it out and send again. */
  readonly thinkUnknown: boolean;
  /** Present when the prompt did not fit; 0 where the server did not say. */
  readonly overflow?: { readonly promptTokens: number; readonly contextTokens: number };
}

/** What the sentences are about. */
export interface About {
  /** Without credentials. */
  readonly url: string;
  readonly model: string;
  /** Models that the server has, as far as it was asked. */
  readonly installed?: readonly string[];
}

/** A verdict in the making: what is left out is 0 or false. */
export interface Failure extends Partial<Omit<Verdict, 'error'>> {
  readonly code: ModelErrorCode;
  readonly sentence: string;
  /** False when the same request is bound to fail again; true when it is left out. */
  readonly retryable?: boolean;
}
