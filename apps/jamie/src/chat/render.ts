import { Logger } from '@nestjs/common';
import { type ChatEvent, sentenceOf } from '@jamie/core';
import type { Response } from 'express';
import { stackOf, toHttpFailure } from '../http/errors';
import { requestIdOf } from '../http/request-id';
import type { AnswerFormat } from './answer-format';
import { EventStream } from './event-stream';

/** One ask on its way: what happens to it, and what stops it. */
export interface Ask {
  readonly events: AsyncIterable<ChatEvent>;
  readonly signal: AbortSignal;
}

const lastWordsMs = 1000;
const logger = new Logger('Http');

/** Sends the answer as one JSON body. Throws the failure of an ask that has none. */
export async function renderWhole({ events }: Ask, response: Response, format: AnswerFormat): Promise<void> {
  for await (const event of events) {
    if (event.type === 'error') throw event.error;
    if (event.type === 'finish') sendJson(response, format.whole(event.answer));
  }
}

/** Sends what happens as server-sent events. Throws a failure that comes before the first of them: it has a status. */
export async function renderStream(ask: Ask, response: Response, format: AnswerFormat): Promise<void> {
  const stream = new EventStream(response);
  try {
    for await (const event of ask.events) {
      if (event.type === 'error') throw event.error;
      for (const shown of format.events(event)) await stream.send(shown, ask.signal);
    }
  } catch (thrown) {
    if (response.destroyed) return;
    if (!stream.begun) throw thrown;
    // The failure is told inside of the stream, and to the metrics.
    response.locals['chatFailed'] = true;
    const failure = toHttpFailure(thrown);
    if (failure.unexpected) {
      const fields = { request_id: requestIdOf(response) };
      logger.error(`A stream failed: ${sentenceOf(thrown)}`, stackOf(thrown), fields);
    }
    await stream.send(format.failure(failure), AbortSignal.timeout(lastWordsMs));
  } finally {
    stream.end();
  }
}

/** Like Express's own `json`, without its detours for views, ETags and character sets. */
function sendJson(response: Response, body: object): void {
  const json = JSON.stringify(body);
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}
