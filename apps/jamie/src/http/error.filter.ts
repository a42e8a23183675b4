import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { sentenceOf } from '@jamie/core';
import type { Request, Response } from 'express';
import { openAiErrorBody, speaksOpenAi } from '../openai/openai-error';
import { errorBody, stackOf, toHttpFailure } from './errors';
import { requestIdOf } from './request-id';

/** Turns every failure of HTTP handling into JSON: never HTML, never a stack trace. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<Request>(), http.getResponse<Response>());
  }

  private answer(thrown: unknown, request: Request, response: Response): void {
    const failure = toHttpFailure(thrown);
    if (failure.unexpected) {
      const fields = { request_id: requestIdOf(response) };
      this.logger.error(`${request.method} request failed: ${sentenceOf(thrown)}`, stackOf(thrown), fields);
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const body = speaksOpenAi(request.originalUrl)
      ? openAiErrorBody(failure)
      : errorBody(failure, requestIdOf(response));
    response.status(failure.status).set(failure.headers).json(body);
  }
}
