import type { Answer } from '@jamie/core';
import { type HttpFailure, errorBody } from '../http/errors';
import type { AnswerFormat, ShownEvent } from './answer-format';
import { type ChatResponse, toChatResponse } from './chat-response';
import type { ServerSentEvent } from './event-stream';

/** Jamie's own format: every event by its name, the last with the whole answer. */
export class ChatFormat implements AnswerFormat {
  constructor(
    private readonly conversationId: string,
    private readonly requestId: string,
  ) {}

  whole(answer: Answer): ChatResponse {
    return toChatResponse(answer, this.conversationId);
  }

  events(event: ShownEvent): readonly ServerSentEvent[] {
    if (event.type === 'finish') return [named('finish', this.whole(event.answer))];
    const { type, ...data } = event;
    return [named(type, data)];
  }

  failure(failure: HttpFailure): ServerSentEvent {
    return named('error', errorBody(failure, this.requestId));
  }
}

function named(event: string, data: object): ServerSentEvent {
  return { event, data: JSON.stringify(data) };
}
