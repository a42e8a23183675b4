import { Logger } from '@nestjs/common';
import { sentenceOf } from '@jamie/core';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator, setGlobalErrorHandler } from '@opentelemetry/core';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Config } from '../config/config';
import { ConsoleExporter } from './console-exporter';
import type { Destinations } from './destinations';
import { type Exporters, exportersFor } from './exporters';
import { instrumenting } from './instrument';
import { RegistryProducer } from './metric-producer';
import { resourceOf } from './resource';
import type { ReadMetrics, Telemetry } from './running';

const flushWithinMs = 2000;
const longestMetricExportMs = 30_000;

/** Starts OpenTelemetry for this process. Its queues are bounded, and it is never waited for but at the end. */
export function startSdk(config: Config, destinations: Destinations): Telemetry {
  const logger = new Logger('Telemetry');
  // Exporters tell of their failures themselves, once for each outage.
  setGlobalErrorHandler((error) => logger.debug(sentenceOf(error)));
  const resource = resourceOf(config);
  const exporters = exportersFor(destinations);
  const tracing = new BasicTracerProvider({
    resource,
    sampler: samplerOf(config),
    spanProcessors: [
      ...exporters.traces.map(
        (exporter) =>
          new BatchSpanProcessor(exporter, { scheduledDelayMillis: config.OTEL_BSP_SCHEDULE_DELAY }),
      ),
      ...(destinations.console ? [new SimpleSpanProcessor(new ConsoleExporter())] : []),
    ],
  });
  trace.setGlobalTracerProvider(tracing);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  let metering: MeterProvider | undefined;
  return {
    nest: { instrument: { instanceDecorator: instrumenting(modelTracing(config)) } },
    begin: (read) => {
      announce(logger, config, destinations);
      metering = new MeterProvider({ resource, readers: readersFor(exporters, config, read) });
    },
    stop: async () => {
      await settledWithin(flushWithinMs, [tracing.shutdown(), metering?.shutdown() ?? Promise.resolve()]);
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

function announce(logger: Logger, config: Config, { logfire, collector, console }: Destinations): void {
  const targets = [
    ...(logfire === undefined ? [] : [`to Logfire at ${new URL(logfire.url).host}`]),
    ...(collector.traces || collector.metrics ? ['to the OTLP collector'] : []),
    ...(console ? ['into this log'] : []),
  ];
  logger.log(`Telemetry goes ${targets.join(' and ')}.`);
  if (config.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT) {
    logger.warn('Questions and answers are part of the traces, because the settings ask for it.');
  }
}

function samplerOf(config: Config): Sampler {
  const name = config.OTEL_TRACES_SAMPLER;
  const roots = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(config.OTEL_TRACES_SAMPLER_ARG),
  };
  switch (name) {
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: roots.always_on() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: roots.always_off() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: roots.traceidratio() });
    case 'always_on':
    case 'always_off':
    case 'traceidratio':
    default:
      return roots[name]();
  }
}

function readersFor({ metrics }: Exporters, config: Config, read: ReadMetrics) {
  const exportIntervalMillis = config.OTEL_METRIC_EXPORT_INTERVAL;
  const exportTimeoutMillis = Math.min(exportIntervalMillis, longestMetricExportMs);
  return metrics.map((exporter) => {
    const metricProducers = [new RegistryProducer(read)];
    return new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis,
      exportTimeoutMillis,
      metricProducers,
    });
  });
}

function modelTracing(config: Config) {
  const server = new URL(config.OLLAMA_URL);
  const defaultPort = server.protocol === 'https:' ? 443 : 80;
  return {
    content: config.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT,
    request: {
      'gen_ai.request.max_tokens': config.OLLAMA_NUM_PREDICT,
      'gen_ai.request.temperature': config.OLLAMA_TEMPERATURE,
      'server.address': server.hostname,
      'server.port': server.port === '' ? defaultPort : Number(server.port),
    },
  };
}

/** Whatever becomes of them: a backend that hangs does not keep Jamie from ending. */
async function settledWithin(limitMs: number, running: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([Promise.allSettled(running), limit]);
  clearTimeout(timer);
}
