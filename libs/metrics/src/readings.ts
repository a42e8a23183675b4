import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { ScrapedLevels } from './scrape';

export type Labels = Readonly<Record<string, string>>;

export interface NumberReading {
  readonly labels: Labels;
  readonly value: number;
}

export interface HistogramReading {
  readonly labels: Labels;
  /** Inclusive upper bounds, rising, without infinity. */
  readonly bounds: readonly number[];
  /** How many values fell into each bucket, not cumulated; one more than bounds, the last for what is above them all. */
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum: number;
}

/** One metric as it stands at this moment. */
export type MetricReading = { readonly name: string; readonly help: string } & (
  | { readonly kind: 'counter' | 'gauge'; readonly points: readonly NumberReading[] }
  | { readonly kind: 'histogram'; readonly points: readonly HistogramReading[] }
);

/**
 * Everything that `GET /metrics` would say now, as plain data, for exporters that push. Reads the same registry, and so
 * records nothing. Summaries are left out: nothing here makes them, and most backends cannot add them up.
 */
export async function readMetrics(
  levels: Pick<ScrapedLevels, 'refresh' | 'registry'>,
): Promise<readonly MetricReading[]> {
  levels.refresh();
  const metrics = await levels.registry.getMetricsAsJSON();
  return metrics.flatMap((metric) => readingOf(metric) ?? []);
}

type Exposed = MetricObjectWithValues<MetricValue<string> & { readonly metricName?: string }>;

function readingOf(metric: Exposed): MetricReading | undefined {
  const { name, help, type, values } = metric;
  // prom-client's typings call the types an enum of numbers; at run time they are the words.
  const kind = String(type);
  if (kind === 'histogram') return { name, help, kind, points: histogramPoints(metric) };
  if (kind !== 'counter' && kind !== 'gauge') return undefined;
  return { name, help, kind, points: values.map(({ labels, value }) => ({ labels: words(labels), value })) };
}

function histogramPoints({ name, values }: Exposed): readonly HistogramReading[] {
  const series = new Map<string, Exposed['values']>();
  for (const value of values) {
    const key = JSON.stringify({ ...value.labels, le: undefined });
    const samples = series.get(key);
    if (samples === undefined) series.set(key, [value]);
    else samples.push(value);
  }
  return [...series.values()].map((samples) => histogramPoint(name, samples));
}

/** Buckets arrive as Prometheus shows them: each holds those below it too. */
function histogramPoint(name: string, samples: Exposed['values']): HistogramReading {
  const buckets = samples.filter(({ metricName }) => metricName === `${name}_bucket`);
  const cumulated = buckets.map(({ value }) => value);
  const { le: _, ...labels } = buckets[0]?.labels ?? {};
  return {
    labels: words(labels),
    bounds: buckets.map((bucket) => Number(bucket.labels['le'])).filter(Number.isFinite),
    counts: cumulated.map((count, at) => count - (cumulated[at - 1] ?? 0)),
    count: valueOf(samples, `${name}_count`),
    sum: valueOf(samples, `${name}_sum`),
  };
}

function valueOf(samples: Exposed['values'], name: string): number {
  return samples.find(({ metricName }) => metricName === name)?.value ?? 0;
}

function words(labels: MetricValue<string>['labels']): Labels {
  return Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, String(value)]));
}
