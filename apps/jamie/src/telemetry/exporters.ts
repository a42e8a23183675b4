import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  createOtlpHttpExportDelegate,
  httpAgentFactoryFromOptions,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Destinations } from './destinations';
import { forLogfire } from './logfire';
import { Outage, reporting } from './outage';

export interface Exporters {
  readonly traces: readonly SpanExporter[];
  readonly metrics: readonly PushMetricExporter[];
}

const exportTimeoutMs = 10_000;
const exportsAtOnce = 4;

export function exportersFor({ logfire, collector }: Destinations): Exporters {
  const outage = new Outage('The OTLP collector');
  // These two read OTEL_EXPORTER_OTLP_* by themselves, certificates and the settings of a single signal included.
  const traces = collector.traces ? [reporting(new OTLPTraceExporter(), outage)] : [];
  const metrics = collector.metrics ? [reporting(new OTLPMetricExporter(), outage)] : [];
  if (logfire === undefined) return { traces, metrics };
  const toLogfire = logfireExporters(logfire, new Outage('Logfire'));
  return { traces: [...traces, toLogfire.traces], metrics: [...metrics, toLogfire.metrics] };
}

/** Built without the ready-made exporters, which would add the headers that the environment sets for the collector. */
function logfireExporters({ url, token }: NonNullable<Destinations['logfire']>, outage: Outage) {
  const options = (path: string) => ({
    url: `${url}${path}`,
    headers: () => Promise.resolve({ authorization: token, 'content-type': 'application/x-protobuf' }),
    compression: 'gzip' as const,
    timeoutMillis: exportTimeoutMs,
    concurrencyLimit: exportsAtOnce,
    agentFactory: httpAgentFactoryFromOptions({ keepAlive: true }),
  });
  const traces = new OTLPExporterBase<ReadableSpan[]>(
    createOtlpHttpExportDelegate(
      options('/v1/traces'),
      ProtobufTraceSerializer,
      'otlp_http_span_exporter',
      TraceExporterMetricsHelper,
      undefined,
    ),
  );
  const metrics = new OTLPExporterBase(
    createOtlpHttpExportDelegate(
      options('/v1/metrics'),
      ProtobufMetricsSerializer,
      'otlp_http_metric_exporter',
      MetricsExporterMetricsHelper,
      undefined,
    ),
  );
  const send = traces.export.bind(traces);
  traces.export = (spans, done) => send(spans.map(forLogfire), done);
  return { traces: reporting(traces, outage), metrics: reporting(metrics, outage) };
}
