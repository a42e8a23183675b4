import type { Config } from '../config/config';
import { logfireAddress } from './logfire';

/** Which backends get what. */
export interface Destinations {
  /** Logfire's address and write token; absent when nothing goes there. */
  readonly logfire?: { readonly url: string; readonly token: string };
  /** The signals that go to the collector of `OTEL_EXPORTER_OTLP_*`. */
  readonly collector: { readonly traces: boolean; readonly metrics: boolean };
  /** A log line for each span. */
  readonly console: boolean;
}

/** `undefined` when there is nowhere to send anything: then telemetry is off, and its code stays on disk. */
export function destinationsOf(config: Config): Destinations | undefined {
  const { LOGFIRE_TOKEN: token, LOGFIRE_SEND_TO_LOGFIRE: send, LOGFIRE_CONSOLE: console } = config;
  const everything = config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
  const collector = {
    traces:
      config.OTEL_TRACES_EXPORTER === 'otlp' &&
      (everything || config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined),
    metrics:
      config.OTEL_METRICS_EXPORTER === 'otlp' &&
      (everything || config.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT !== undefined),
  };
  const logfire = token !== undefined && send !== 'false';
  const nowhere = !logfire && !collector.traces && !collector.metrics && !console;
  if (config.OTEL_SDK_DISABLED || nowhere) return undefined;
  const url = config.LOGFIRE_BASE_URL?.replace(/\/+$/, '');
  return { ...(logfire && { logfire: { url: url ?? logfireAddress(token), token } }), collector, console };
}
