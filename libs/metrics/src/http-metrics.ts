import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { Metrics } from './catalogue';
import { METRICS } from './metrics-options';

/** Finds the pattern of the route that a request belongs to, whether or not it ever reached it. */
export type RouteFinder = (response: Response) => string;

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const clientLeft = 499;

/**
 * Records every response of both ports. A middleware, because interceptors never see what the body parser, the API key
 * check, the rate limit or an unknown path has answered.
 */
@Injectable()
export class HttpMetrics {
  constructor(@Inject(METRICS) private readonly metrics: Metrics) {}

  middleware(routeOf: RouteFinder): (request: Request, response: Response, next: NextFunction) => void {
    return (request, response, next) => {
      const startedAt = performance.now();
      response.once('close', () => {
        const status = response.writableFinished ? response.statusCode : clientLeft;
        this.record({ method: request.method, route: routeOf(response), status, startedAt });
      });
      next();
    };
  }

  /** A response that was written without a request object, because the request could not be parsed. */
  recordUnparsed(status: number): void {
    this.record({ method: 'unknown', route: 'unmatched', status, startedAt: performance.now() });
  }

  private record(response: { method: string; route: string; status: number; startedAt: number }): void {
    const method = knownMethods.has(response.method) ? response.method : 'unknown';
    const { route, status } = response;
    this.metrics.httpRequests.inc({ method, route, status });
    this.metrics.httpRequestDuration.observe(
      { method, route },
      (performance.now() - response.startedAt) / 1000,
    );
  }
}
