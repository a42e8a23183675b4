import type { ChatService } from '@jamie/chat';
import type { ChatEvent } from '@jamie/core';
import type { Span } from '@opentelemetry/api';
import { recordFailure, tracer } from './spans';
import { TracedIterator } from './traced-iterator';

/** Opens a span around each answer, whoever wrote it: the one place that shows whether it is degraded. */
export function traceChat(chat: ChatService): void {
  const ask = chat.ask.bind(chat);
  chat.ask = (question, signal) => {
    const span = tracer().startSpan('invoke_agent jamie', {
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'jamie',
        'jamie.surface': question.surface,
      },
    });
    const open = (): AsyncIterator<ChatEvent> => ask(question, signal);
    return new TracedIterator({ span, signal, open, watch: (event) => describe(span, event) });
  };
}

function describe(span: Span, event: ChatEvent): void {
  if (event.type === 'error') recordFailure(span, event.error);
  if (event.type !== 'finish') return;
  const { id, answeredBy, degraded, degradedReason, sources } = event.answer;
  span.setAttributes({
    'jamie.answer_id': id,
    'jamie.answered_by': answeredBy,
    'jamie.degraded': degraded,
    ...(degradedReason !== undefined && { 'jamie.degraded_reason': degradedReason }),
    'jamie.sources': sources.length,
  });
}
