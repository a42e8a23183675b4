import type { Answer, ChatEvent } from '@jamie/core';
import type { HttpFailure } from '../http/errors';
import type { ServerSentEvent } from './event-stream';

/** What a stream may show: everything but a failure. */
export type ShownEvent = Exclude<ChatEvent, { readonly type: 'error' }>;

/** How one API writes down what happens to a question. */
export interface AnswerFormat {
  /** The answer as one JSON body. */
  whole(answer: Answer): object;
  /** What a stream says of an event; nothing when this API has no words for it. */
  events(event: ShownEvent): readonly ServerSentEvent[];
  /** A failure after the stream has begun, when no status can tell it any more. */
  failure(failure: HttpFailure): ServerSentEvent;
}
