import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Post, Req, Res, UseInterceptors } from '@nestjs/common';
import { ChatService } from '@jamie/chat';
import type { ChatEvent, Question } from '@jamie/core';
import { ApiChatInterceptor } from '@jamie/metrics';
import type { Request, Response } from 'express';
import { callerOf } from '../http/chat-gate';
import { errorBody, toHttpFailure } from '../http/errors';
import { requestIdOf } from '../http/request-id';
import { Lifecycle, ShuttingDownError } from '../lifecycle/lifecycle';
import { parseChatRequest } from './chat-request';
import { toChatResponse } from './chat-response';
import { EventStream } from './event-stream';

/** One ask on its way: who reads the answer, and what stops it. */
interface Ask {
  readonly events: AsyncIterable<ChatEvent>;
  readonly conversationId: string;
  readonly signal: AbortSignal;
}

/** `POST /chat`: two renderers of one event stream, JSON and server-sent events. */
@Controller('chat')
export class ChatController {
  constructor(
    private readonly chat: ChatService,
    private readonly lifecycle: Lifecycle,
  ) {}

  @Post()
  @HttpCode(200)
  @UseInterceptors(ApiChatInterceptor)
  async ask(@Body() body: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { message, context, conversation_id: given } = parseChatRequest(body);
    if (this.lifecycle.state === 'draining') throw new ShuttingDownError();
    const conversationId = given ?? randomUUID();
    const asker = callerOf(response.locals);
    const question: Question = {
      message,
      surface: 'rest',
      asker,
      // Callers with different keys never share a conversation, whatever ids they choose.
      conversationId: `rest:${asker}:${conversationId}`,
      ...(context === undefined || context.trim() === '' ? {} : { context }),
    };
    const stop = new AbortController();
    const running = this.lifecycle.begin(stop);
    response.once('close', () => {
      if (!response.writableFinished) stop.abort(new Error('the client left'));
      running.ended();
    });
    try {
      const ask: Ask = { events: this.chat.ask(question, stop.signal), conversationId, signal: stop.signal };
      await (wantsStream(request) ? renderStream(ask, response) : renderJson(ask, response));
    } catch (thrown) {
      // Nobody is left to read an error.
      if (!response.destroyed) throw thrown;
    }
  }
}

function wantsStream(request: Request): boolean {
  return request.headers.accept?.toLowerCase().includes('text/event-stream') ?? false;
}

async function renderJson({ events, conversationId }: Ask, response: Response): Promise<void> {
  for await (const event of events) {
    if (event.type === 'error') throw event.error;
    if (event.type === 'finish') sendJson(response, toChatResponse(event.answer, conversationId));
  }
}

/** Like Express's own `json`, without its detours for views, ETags and character sets. */
function sendJson(response: Response, body: object): void {
  const json = Buffer.from(JSON.stringify(body));
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': json.length,
  });
  response.end(json);
}

async function renderStream(ask: Ask, response: Response): Promise<void> {
  const stream = new EventStream(response);
  try {
    for await (const event of ask.events) await sendEvent(stream, event, ask, response);
  } catch (thrown) {
    if (response.destroyed) return;
    await sendError(stream, thrown, response);
  } finally {
    stream.end();
  }
}

async function sendEvent(stream: EventStream, event: ChatEvent, ask: Ask, response: Response): Promise<void> {
  if (event.type === 'finish') {
    await stream.send('finish', toChatResponse(event.answer, ask.conversationId), ask.signal);
  } else if (event.type === 'error') {
    await sendError(stream, event.error, response);
  } else {
    const { type, ...data } = event;
    await stream.send(type, data, ask.signal);
  }
}

/** The status line has long been sent: the failure is told inside of the stream, and to the metrics. */
async function sendError(stream: EventStream, thrown: unknown, response: Response): Promise<void> {
  response.locals['chatFailed'] = true;
  const body = errorBody(toHttpFailure(thrown), requestIdOf(response));
  await stream.send('error', body, AbortSignal.timeout(1000));
}
