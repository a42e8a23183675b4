import { performance } from 'node:perf_hooks';
import { ValueType } from '@opentelemetry/api';
import { hrTime, millisToHrTime } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  type DataPoint,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { HistogramReading, MetricReading } from '@jamie/metrics';
import { version } from '../package-root';
import type { ReadMetrics } from './running';

const units: readonly (readonly [RegExp, string])[] = [
  [/_seconds(_total)?$/, 's'],
  [/_bytes(_total)?$/, 'By'],
];

/** Hands what `GET /metrics` says to OpenTelemetry, under the same names. Records nothing by itself. */
export class RegistryProducer implements MetricProducer {
  private readonly startTime = millisToHrTime(performance.timeOrigin);

  constructor(private readonly read: ReadMetrics) {}

  async collect(): Promise<CollectionResult> {
    const readings = await this.read();
    const endTime = hrTime();
    const metrics = readings.map((reading) => this.metricData(reading, endTime));
    const scopeMetrics = [{ scope: { name: 'jamie-sre-chatbot', version }, metrics }];
    // The reader puts its own resource in the place of this one.
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
  }

  private metricData(reading: MetricReading, endTime: DataPoint<number>['endTime']): MetricData {
    const times = { startTime: this.startTime, endTime };
    const common = {
      descriptor: {
        name: reading.name,
        description: reading.help,
        unit: unitOf(reading.name),
        valueType: ValueType.DOUBLE,
      },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    if (reading.kind === 'histogram') {
      const dataPoints = reading.points.map((point) => ({
        ...times,
        attributes: point.labels,
        value: buckets(point),
      }));
      return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    const dataPoints = reading.points.map(({ labels, value }) => ({ ...times, attributes: labels, value }));
    if (reading.kind === 'gauge') return { ...common, dataPointType: DataPointType.GAUGE, dataPoints };
    return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  }
}

function buckets({ bounds, counts, count, sum }: HistogramReading) {
  return { buckets: { boundaries: [...bounds], counts: [...counts] }, count, sum };
}

/** In the notation of https://ucum.org; Prometheus' names end with the unit. */
function unitOf(name: string): string {
  return units.find(([ending]) => ending.test(name))?.[1] ?? '';
}
