import { Logger } from '@nestjs/common';
import { ROOT_CONTEXT, context, trace } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { spanWords } from './span-words';

/** One log line for each span, at level info. */
export class ConsoleExporter implements SpanExporter {
  private readonly logger = new Logger('Span');

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    for (const span of spans) {
      const line = `${spanWords(span)} in ${Math.round(hrTimeToMilliseconds(span.duration))} ms`;
      // The line carries the ids of its own span, whatever is active now.
      context.with(trace.setSpanContext(ROOT_CONTEXT, span.spanContext()), () => this.logger.log(line));
    }
    done({ code: ExportResultCode.SUCCESS });
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
