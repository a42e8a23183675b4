import { type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { JamieError } from '@jamie/core';
import { version } from '../package-root';

export type Attributes = Readonly<Record<string, string | number | boolean | string[]>>;

/** Asked for each span: the provider behind it changes when telemetry is started. */
export function tracer(): Tracer {
  return trace.getTracer('jamie-sre-chatbot', version);
}

/**
 * Marks a span as failed. Only the sentences of our own errors go with it: they are known to hold no secret and no text
 * of the asker. What a defect said is in the log, under the same trace id.
 */
export function recordFailure(span: Span, thrown: unknown): void {
  const known = thrown instanceof JamieError;
  span.setAttribute('error.type', known ? thrown.code : nameOf(thrown));
  span.setStatus({ code: SpanStatusCode.ERROR, ...(known && { message: thrown.message }) });
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : '_OTHER';
}
