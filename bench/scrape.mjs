// `npm run bench:scrape`: how long one scrape blocks the process, at Jamie's own size and at the ServiceMonitor's limit.
import { createRequire } from 'node:module';
import { prepare } from '../scripts/prepare.mjs';

prepare();
const require = createRequire(import.meta.url);
const { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } = require('prom-client');
const { catalogue } = require('../dist/libs/metrics/src/catalogue.js');
const { createKnownSeries } = require('../dist/libs/metrics/src/zero-state.js');

const kinds = { counter: Counter, gauge: Gauge, histogram: Histogram };
const rounds = 300;

console.log('| series | KiB | fastest ms | median ms | slowest ms |');
console.log('| --- | --- | --- | --- | --- |');
for (const series of [500, 2000]) await measure(series);

async function measure(series) {
  const registry = await filled(series);
  const text = await registry.metrics();
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    await registry.metrics();
    times.push(performance.now() - startedAt);
  }
  times.sort((a, b) => a - b);
  const cells = [times[0], times[rounds / 2], times.at(-1)].map((time) => time.toFixed(2));
  console.log(`| ${[countOf(text), (text.length / 1024).toFixed(0), ...cells].join(' | ')} |`);
}

/** Jamie's own metrics, for as many models as it takes. */
async function filled(series) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = Object.fromEntries(
    Object.entries(catalogue).map(([name, { kind, options }]) => [
      name,
      new kinds[kind]({ ...options, registers: [registry] }),
    ]),
  );
  for (let n = 0; countOf(await registry.metrics()) < series; n += 1) {
    const model = `model-${n}`;
    createKnownSeries(metrics, {
      model,
      responses: [],
      surfaces: ['rest', 'slack'],
      version: '0',
      commit: '0',
    });
    metrics.ollamaRequestDuration.observe({ model }, n / 3);
  }
  return registry;
}

function countOf(text) {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
}
