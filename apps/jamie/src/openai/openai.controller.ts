import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Param, Post, Res, UseInterceptors } from '@nestjs/common';
import { ApiChatInterceptor } from '@jamie/metrics';
import type { Response } from 'express';
import { Asking } from '../chat/asking';
import { callerOf } from '../http/chat-gate';
import { requestIdOf } from '../http/request-id';
import { CompletionFormat } from './completion-format';
import { questionOf } from './completion-question';
import { parseCompletionRequest } from './completion-request';
import type { Model } from './completion-response';
import { ModelNames } from './model-names';

/** The part of OpenAI's API that chat clients need, https://platform.openai.com/docs/api-reference/chat */
@Controller('v1')
export class OpenAiController {
  constructor(
    private readonly asking: Asking,
    private readonly names: ModelNames,
  ) {}

  @Post('chat/completions')
  @HttpCode(200)
  @UseInterceptors(ApiChatInterceptor)
  async complete(@Body() body: unknown, @Res() response: Response): Promise<void> {
    const request = parseCompletionRequest(body);
    const model = this.names.named(request.model);
    const answerId = randomUUID();
    const asked = questionOf(request, callerOf(response.locals));
    const question = { ...asked, answerId, requestId: requestIdOf(response) };
    const includeUsage = request.stream_options?.include_usage === true;
    const format = new CompletionFormat({ answerId, model, includeUsage });
    await this.asking.answer({ question, stream: request.stream === true, format }, response);
  }

  @Get('models')
  models(): { readonly object: 'list'; readonly data: readonly Model[] } {
    return { object: 'list', data: this.names.list() };
  }

  @Get('models/:model')
  model(@Param('model') name: string): Model {
    return this.names.find(name);
  }
}
