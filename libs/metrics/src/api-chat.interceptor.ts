import { performance } from 'node:perf_hooks';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { Observable } from 'rxjs';
import type { Metrics } from './catalogue';
import { METRICS } from './metrics-options';

/** The two APIs over which questions come: `POST /chat` and OpenAI's. */
type ChatApi = 'chat' | 'openai';

/**
 * Counts the asks over HTTP that reach their handler. `RefusedChatRecorder` counts those that were answered
 * before it. A client that left before its answer counts in neither.
 */
@Injectable()
export class ApiChatInterceptor implements NestInterceptor {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const response = context.switchToHttp().getResponse<Response>();
    response.locals['reachedChat'] = true;
    response.once('close', () => recordChat(this.metrics, response));
    return next.handle();
  }
}

/**
 * First in the chain of an API that asks: starts the clock, and counts what interceptors never see (401, 413, 415, 429,
 * malformed JSON).
 */
@Injectable()
export class RefusedChatRecorder {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  middleware(api: ChatApi): (request: Request, response: Response, next: NextFunction) => void {
    return (_request, response, next) => {
      response.locals['chatApi'] = api;
      response.locals['chatStartedAt'] = performance.now();
      response.once('close', () => {
        if (response.locals['reachedChat'] !== true) recordChat(this.metrics, response);
      });
      next();
    };
  }
}

function recordChat(metrics: Metrics, response: Response): void {
  if (!response.writableFinished) return;
  const startedAt = Number(response.locals['chatStartedAt'] ?? performance.now());
  // A stream has sent its 200 long before it can fail.
  const success = response.statusCode === 200 && response.locals['chatFailed'] !== true;
  const ofOpenAi = response.locals['chatApi'] === 'openai';
  const requests = ofOpenAi ? metrics.openaiChatRequests : metrics.apiChatRequests;
  const duration = ofOpenAi ? metrics.openaiChatRequestDuration : metrics.apiChatRequestDuration;
  requests.inc({ status: success ? 'success' : 'error' });
  duration.observe((performance.now() - startedAt) / 1000);
}
