import { Counter, Gauge, Histogram, Summary, register } from 'prom-client';
import { type MetricReading, readMetrics } from './readings';

const levels = { refresh: () => {}, registry: register };

async function read(name: string): Promise<MetricReading | undefined> {
  return (await readMetrics(levels)).find((metric) => metric.name === name);
}

describe('reading the metrics as data', () => {
  beforeEach(() => register.clear());

  it('tells counters and gauges apart, with their labels as text', async () => {
    new Counter({ name: 'asks_total', help: 'Asks', labelNames: ['status'] }).inc({ status: 200 }, 3);
    new Gauge({ name: 'waiting', help: 'Waiting now' }).set(-2.5);
    expect(await read('asks_total')).toEqual({
      name: 'asks_total',
      help: 'Asks',
      kind: 'counter',
      points: [{ labels: { status: '200' }, value: 3 }],
    });
    expect(await read('waiting')).toMatchObject({ kind: 'gauge', points: [{ labels: {}, value: -2.5 }] });
  });

  it('counts each value of a histogram in one bucket, the highest ones above all bounds', async () => {
    const lag = new Histogram({ name: 'lag_seconds', help: 'Lag', labelNames: ['model'], buckets: [0.1, 1] });
    for (const value of [0.05, 0.1, 0.5, 7, 8, 9]) lag.observe({ model: 'a' }, value);
    lag.zero({ model: 'b' });
    const reading = await read('lag_seconds');
    expect(reading).toMatchObject({ kind: 'histogram', help: 'Lag' });
    expect(reading?.points).toEqual([
      { labels: { model: 'a' }, bounds: [0.1, 1], counts: [2, 1, 3], count: 6, sum: expect.closeTo(24.65) },
      { labels: { model: 'b' }, bounds: [0.1, 1], counts: [0, 0, 0], count: 0, sum: 0 },
    ]);
  });

  it('reads levels anew each time', async () => {
    const level = new Gauge({ name: 'level', help: 'Level' });
    await readMetrics({ ...levels, refresh: () => level.set(7) });
    expect(await read('level')).toMatchObject({ points: [{ value: 7 }] });
  });

  it('leaves summaries out', async () => {
    new Summary({ name: 'quantiles', help: 'Quantiles' }).observe(1);
    expect(await readMetrics(levels)).toEqual([]);
  });
});
