import { type Span, SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import type { Request, RequestHandler, Response } from 'express';
import { version } from '../package-root';
import { requestIdOf } from './request-id';
import { unmatched } from './routes';

const quietRoutes = /^\/(health|metrics|assets)(\/|$)/;
const clientLeft = 499;

/**
 * Opens a span around every request but probes, scrapes and the pages' files, within the caller's trace when one is passed on. Costs next
 * to nothing while telemetry is off. Names: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function requestSpan(routeOf: (response: Response) => string): RequestHandler {
  return (request, response, next) => {
    const route = routeOf(response);
    if (quietRoutes.test(route)) {
      next();
      return;
    }
    const caller = propagation.extract(context.active(), request.headers);
    const span = trace
      .getTracer('jamie-sre-chatbot', version)
      .startSpan(...spanOf(request, response, route), caller);
    response.once('close', () => end(span, response));
    context.with(trace.setSpan(caller, span), next);
  };
}

/** The path itself is left out where it belongs to no route: it may hold anything. */
function spanOf(request: Request, response: Response, route: string) {
  const known = route !== unmatched;
  const attributes = {
    'http.request.method': request.method,
    'url.scheme': request.protocol,
    'jamie.request_id': requestIdOf(response),
    ...(known && { 'http.route': route, 'url.path': route }),
  };
  const name = known ? `${request.method} ${route}` : request.method;
  return [name, { kind: SpanKind.SERVER, attributes }] as const;
}

function end(span: Span, response: Response): void {
  const status = response.writableFinished ? response.statusCode : clientLeft;
  span.setAttribute('http.response.status_code', status);
  // A stream has sent its 200 long before it can fail.
  const failedLater = response.locals['chatFailed'] === true;
  if (status >= 500 || failedLater) {
    span.setAttribute('error.type', failedLater ? 'answer failed' : String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
