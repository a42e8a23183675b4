import { performance } from 'node:perf_hooks';
import { type Span, SpanKind } from '@opentelemetry/api';
import type { LanguageModel, ModelEvent, ModelMessage } from '@jamie/core';
import { type Attributes, tracer } from './spans';
import { TracedIterator } from './traced-iterator';

export interface ModelTracing {
  /** What every request to the model has in common. */
  readonly request: Attributes;
  /** Whether what was asked and answered goes into the span. */
  readonly content: boolean;
}

/**
 * Opens a span `chat {model}` around each answer of the model, its wait in the queue and its retries included.
 * Names: https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/client-inference.md
 */
export function traceModel(model: LanguageModel, tracing: ModelTracing): void {
  const generate = model.generate.bind(model);
  model.generate = (messages, signal, lane) => ({
    [Symbol.asyncIterator]: () => {
      const span = tracer().startSpan(`chat ${model.name}`, {
        kind: SpanKind.CLIENT,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'ollama',
          'gen_ai.request.model': model.name,
          'gen_ai.request.stream': true,
          'gen_ai.output.type': 'text',
          ...tracing.request,
          ...(tracing.content && { 'gen_ai.input.messages': JSON.stringify(messages.map(asParts)) }),
        },
      });
      const answer = new AnswerWatch(span, model.name, tracing.content);
      const open = (): AsyncIterator<ModelEvent> => generate(messages, signal, lane)[Symbol.asyncIterator]();
      return new TracedIterator({ span, signal, open, watch: (event) => answer.watch(event) });
    },
  });
}

/** Writes into the span what the model's events say. */
class AnswerWatch {
  private sentAt = performance.now();
  private begun = false;
  private text = '';

  constructor(
    private readonly span: Span,
    private readonly model: string,
    private readonly content: boolean,
  ) {}

  watch(event: ModelEvent): void {
    if (event.type === 'text-delta') this.wrote(event.text);
    else if (event.type === 'done') this.done(event);
    else if (event.type === 'queued') this.span.addEvent('queued', { 'jamie.queue.ahead': event.ahead });
    else {
      this.span.addEvent(event.type);
      if (event.type === 'thinking') this.sentAt = performance.now();
    }
  }

  private wrote(text: string): void {
    if (this.content) this.text += text;
    if (this.begun) return;
    this.begun = true;
    const seconds = (performance.now() - this.sentAt) / 1000;
    this.span.setAttribute('gen_ai.response.time_to_first_chunk', seconds);
  }

  private done({ usage, finishReason }: Extract<ModelEvent, { type: 'done' }>): void {
    this.span.setAttributes({
      // The server answers with the name it was asked for.
      'gen_ai.response.model': this.model,
      'gen_ai.response.finish_reasons': [finishReason],
      'gen_ai.usage.input_tokens': usage.promptTokens,
      'gen_ai.usage.output_tokens': usage.completionTokens,
    });
    if (!this.content) return;
    const message = { ...asParts({ role: 'assistant', content: this.text }), finish_reason: finishReason };
    this.span.setAttribute('gen_ai.output.messages', JSON.stringify([message]));
  }
}

function asParts({ role, content }: ModelMessage) {
  return { role, parts: [{ type: 'text', content }] };
}
