import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { FeedbackObserver, ModelObserver, RunbookObserver, SlackObserver, StoreObserver } from '@jamie/core';
import {
  PrometheusModule,
  getToken,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus';
import { type Metric, Registry } from 'prom-client';
import { ApiChatInterceptor, RefusedChatRecorder } from './api-chat.interceptor';
import { type Metrics, catalogue } from './catalogue';
import { ChatMetrics, FeedbackMetrics, RunbookMetrics } from './chat-metrics';
import { HttpMetrics } from './http-metrics';
import { METRICS, type MetricsOptions, REGISTRY } from './metrics-options';
import { ModelMetrics } from './model-metrics';
import { MetricsController, ScrapedLevels } from './scrape';
import { StoreMetrics } from './store-metrics';
import { SlackMetrics } from './slack-metrics';
import { createKnownSeries } from './zero-state';

const definitions = Object.values(catalogue);

const recorders: Provider[] = [
  { provide: ModelObserver, useClass: ModelMetrics },
  ChatMetrics,
  { provide: FeedbackObserver, useClass: FeedbackMetrics },
  { provide: RunbookObserver, useClass: RunbookMetrics },
  { provide: SlackObserver, useClass: SlackMetrics },
  { provide: StoreObserver, useClass: StoreMetrics },
  HttpMetrics,
  ApiChatInterceptor,
  RefusedChatRecorder,
  ScrapedLevels,
];

/** Global: whoever records needs only a port of core, or one of the classes exported here. */
@Module({})
export class MetricsModule {
  static forRoot(options: MetricsOptions): DynamicModule {
    // One registry for each application: a test process starts several.
    const registry = new Registry();
    const prometheus = PrometheusModule.register({
      controller: MetricsController,
      global: true,
      defaultMetrics: { enabled: true, config: { register: registry } },
    });
    return {
      module: MetricsModule,
      global: true,
      imports: [prometheus],
      providers: [
        { provide: REGISTRY, useValue: registry },
        ...metricProviders(registry),
        {
          provide: METRICS,
          useFactory: (...metrics: Metric[]) => assemble(metrics, options),
          inject: definitions.map((definition) => getToken(definition.options.name)),
        },
        ...recorders,
      ],
      exports: [METRICS, REGISTRY, ...recorders],
    };
  }
}

function metricProviders(registry: Registry): Provider[] {
  const registers = [registry];
  return definitions.map((definition) => {
    if (definition.kind === 'counter') return makeCounterProvider({ ...definition.options, registers });
    if (definition.kind === 'gauge') return makeGaugeProvider({ ...definition.options, registers });
    return makeHistogramProvider({ ...definition.options, registers });
  });
}

function assemble(created: readonly Metric[], options: MetricsOptions): Metrics {
  const names = Object.keys(catalogue);
  // The catalogue's entries and the injected metrics stand in the same order.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- which the type system cannot know
  const metrics = Object.fromEntries(names.map((name, at) => [name, created[at]])) as unknown as Metrics;
  createKnownSeries(metrics, options);
  return metrics;
}
