import type { Server } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SharedState } from '@jamie/core';
import { HttpMetrics, RefusedChatRecorder } from '@jamie/metrics';
import { SlackGate } from '@jamie/slack';
import { context } from '@opentelemetry/api';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';
import type { Config } from '../config/config';
import { apiKeyGate, rateLimit } from './chat-gate';
import { Refusal } from './errors';
import { inOrder } from './in-order';
import { jsonBody } from './json-body';
import { portOf } from './listen';
import { requestId, requestIdOf } from './request-id';
import { requestSpan } from './request-span';
import { type Route, findRoute, unmatched } from './routes';
import { turnstile } from './turnstile';

// Who looks something up sends more requests than who asks, and each costs next to nothing.
const readsForOneAsk = 10;
// OpenAI's clients send the whole conversation with every question.
const maxHistoryBytes = 1_048_576;

/** The road of every request, in order, ahead of Nest's routes. Both ports lead into it. */
export function configureHttp(app: NestExpressApplication, config: Config, metricsServer: Server): void {
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.TRUST_PROXY);

  app.use(
    inOrder(
      requestId,
      resolveRoute(metricsServer, config.WEB_UI),
      app.get(HttpMetrics).middleware(routeLabel),
      requestSpan(routeLabel),
      accessLog,
      helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }),
      hostRequired,
      knownRoutesOnly,
    ),
  );
  const keys = apiKeyGate(config.API_KEYS);
  const limited = (name: string, asks: number) =>
    rateLimit({ name, perMinute: config.RATE_LIMIT_PER_MINUTE * asks }, app.get(SharedState));
  // One limit for all asks, whichever API they come by.
  const asks = limited('asks', 1);
  const recorder = app.get(RefusedChatRecorder);
  const oneByOne = turnstile();
  app.use('/chat', inOrder(recorder.middleware('chat'), oneByOne, keys, asks, jsonBody()));
  app.use(
    '/v1/chat/completions',
    inOrder(recorder.middleware('openai'), oneByOne, keys, asks, jsonBody(maxHistoryBytes)),
  );
  app.use('/v1/models', keys);
  app.use('/feedback', inOrder(keys, limited('feedback', 1), jsonBody()));
  app.use('/api/runbooks', inOrder(keys, limited('runbooks', readsForOneAsk)));
  const slack = app.get(SlackGate).middleware;
  if (slack !== undefined) app.use('/slack/events', slack);
}

/** Finds the route once; what comes later reads it. */
function resolveRoute(metricsServer: Server, pages: boolean): RequestHandler {
  let metricsPort: number | undefined;
  return (request, response, next) => {
    metricsPort ??= portOf(metricsServer);
    const port = request.socket.localPort === metricsPort ? 'metrics' : 'main';
    const route = findRoute(request.path, port);
    response.locals['route'] = route?.page === true && !pages ? undefined : route;
    next();
  };
}

function routeOf(response: Response): Route | undefined {
  return response.locals['route'];
}

function routeLabel(response: Response): string {
  return routeOf(response)?.path ?? unmatched;
}

/** Asked for by RFC 9112, section 3.2. Node's own refusal has no body. */
const hostRequired: RequestHandler = (request, _response, next) => {
  if (request.httpVersion === '1.1' && request.headers.host === undefined) {
    throw new Refusal(400, 'The Host header is missing.');
  }
  next();
};

/** 404 for what this port does not serve, 405 for a method that the route does not have. */
const knownRoutesOnly: RequestHandler = (request, response, next) => {
  const route = routeOf(response);
  if (route === undefined)
    throw new Refusal(
      404,
      'There is nothing at this address. PORT (8080) has GET /openapi.json, which lists what there is; METRICS_PORT (9090) has GET /metrics.',
    );
  const allowed = route.methods.includes('GET') ? [...route.methods, 'HEAD'] : route.methods;
  if (!allowed.includes(request.method)) {
    const allow = allowed.join(', ');
    throw new Refusal(405, `${route.path} does not take ${request.method}; it takes ${allow}.`, { allow });
  }
  next();
};

const logger = new Logger('Http');

/** One line for each request; probes and scrapes only at debug level. */
const accessLog: RequestHandler = (request, response, next) => {
  const startedAt = performance.now();
  // The event comes from the socket, outside of the request's span.
  const write = context.bind(context.active(), () => {
    const status = response.writableFinished ? response.statusCode : 499;
    const milliseconds = Math.round(performance.now() - startedAt);
    const line = `${request.method} ${routeLabel(response)} ${status} in ${milliseconds} ms`;
    const fields = { request_id: requestIdOf(response) };
    if (request.method === 'GET' && status < 400) logger.debug(line, fields);
    else logger.log(line, fields);
  });
  response.once('close', write);
  next();
};
