import { AsyncLocalStorage } from 'node:async_hooks';
import type { AddressInfo, Server } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { HttpMetrics, RefusedChatRecorder } from '@jamie/metrics';
import type { Request, RequestHandler } from 'express';
import helmet from 'helmet';
import type { Config } from '../config/config';
import { apiKeyGate, jsonBody, rateLimit } from './chat-gate';
import { Refusal } from './errors';
import { requestId } from './request-id';
import { requestSpan } from './request-span';
import { findRoute, unmatched } from './routes';

/** The road of every request, in order, ahead of Nest's routes. Both ports lead into it. */
export function configureHttp(app: NestExpressApplication, config: Config, metricsServer: Server): void {
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.TRUST_PROXY);
  const portOf = (request: Request): 'main' | 'metrics' =>
    request.socket.localPort === listeningPort(metricsServer) ? 'metrics' : 'main';
  const routeOf = (request: Request): string => findRoute(request.path, portOf(request))?.path ?? unmatched;

  app.use(requestId);
  app.use(requestSpan(routeOf));
  app.use(app.get(HttpMetrics).middleware(routeOf));
  app.use(accessLog(routeOf));
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }));
  app.use(knownRoutesOnly(portOf));
  const gate = [apiKeyGate(config.API_KEYS), rateLimit(config.RATE_LIMIT_PER_MINUTE), ...jsonBody()];
  app.use('/chat', app.get(RefusedChatRecorder).middleware, ...gate);
}

/** 404 for what this port does not serve, 405 for a method that the route does not have. */
function knownRoutesOnly(portOf: (request: Request) => 'main' | 'metrics'): RequestHandler {
  return (request, _response, next) => {
    const route = findRoute(request.path, portOf(request));
    if (route === undefined)
      throw new Refusal(404, 'There is nothing at this address. GET /openapi.json lists what there is.');
    const allowed = route.methods.includes('GET') ? [...route.methods, 'HEAD'] : route.methods;
    if (!allowed.includes(request.method)) {
      const allow = allowed.join(', ');
      throw new Refusal(405, `${route.path} does not take ${request.method}; it takes ${allow}.`, { allow });
    }
    next();
  };
}

/** One line for each request; probes and scrapes only at debug level. */
function accessLog(routeOf: (request: Request) => string): RequestHandler {
  const logger = new Logger('Http');
  return (request, response, next) => {
    const startedAt = performance.now();
    // The event comes from the socket, outside of the request's context, where the request id is.
    const write = AsyncLocalStorage.bind(() => {
      const status = response.writableFinished ? response.statusCode : 499;
      const milliseconds = Math.round(performance.now() - startedAt);
      const line = `${request.method} ${routeOf(request)} ${status} in ${milliseconds} ms`;
      if (request.method === 'GET' && status < 400) logger.debug(line);
      else logger.log(line);
    });
    response.once('close', write);
    next();
  };
}

function listeningPort(server: Server): number | undefined {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}
