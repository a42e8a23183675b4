import type { HttpService } from '@nestjs/axios';
import { context, propagation, trace } from '@opentelemetry/api';
import type { InternalAxiosRequestConfig } from 'axios';

type Headers = InternalAxiosRequestConfig['headers'];
const setter = { set: (headers: Headers, name: string, value: string) => void headers.set(name, value) };

/** Passes the trace on with every request, and notes each in the active span: retries become visible. */
export function traceOutgoing(http: HttpService): void {
  http.axiosRef.interceptors.request.use(
    (request) => {
      trace.getActiveSpan()?.addEvent('request sent');
      propagation.inject(context.active(), request.headers, setter);
      return request;
    },
    null,
    { synchronous: true },
  );
}
