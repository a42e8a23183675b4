import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Post, Req, Res, UseInterceptors } from '@nestjs/common';
import type { Question } from '@jamie/core';
import { ApiChatInterceptor } from '@jamie/metrics';
import type { Request, Response } from 'express';
import { callerOf } from '../http/chat-gate';
import { requestIdOf } from '../http/request-id';
import { Asking } from './asking';
import { ChatFormat } from './chat-format';
import { parseChatRequest } from './chat-request';

/** `POST /chat`, as JSON or as server-sent events. */
@Controller('chat')
export class ChatController {
  constructor(private readonly asking: Asking) {}

  @Post()
  @HttpCode(200)
  @UseInterceptors(ApiChatInterceptor)
  async ask(@Body() body: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { message, context, conversation_id: given } = parseChatRequest(body);
    const conversationId = given ?? randomUUID();
    const asker = callerOf(response.locals);
    const question: Question = {
      message,
      surface: 'rest',
      asker,
      requestId: requestIdOf(response),
      // Callers with different keys never share a conversation, whatever ids they choose.
      conversationId: `rest:${asker}:${conversationId}`,
      ...(context === undefined || context.trim() === '' ? {} : { context }),
    };
    const format = new ChatFormat(conversationId, requestIdOf(response));
    await this.asking.answer({ question, stream: wantsStream(request), format }, response);
  }
}

function wantsStream(request: Request): boolean {
  return request.headers.accept?.toLowerCase().includes('text/event-stream') ?? false;
}
