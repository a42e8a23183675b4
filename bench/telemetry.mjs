// `npm run bench:telemetry`: cold start and memory with telemetry off and on, as medians of several starts.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { prepare } from '../scripts/prepare.mjs';
import { ask, median } from './load.mjs';
import { processorSeconds, residentKiB, startJamie, startStandIn, stop } from './processes.mjs';

const starts = Number(process.env.BENCH_ROUNDS ?? 7);
const questions = 50;
const body = JSON.stringify({ message: 'KubePodCrashLooping is firing, what do I do?' });

prepare();
const standIn = await startStandIn();
const collector = createServer((request, response) => request.resume().on('end', () => response.end()));
collector.listen(0, '127.0.0.1');
await once(collector, 'listening');
const endpoint = `http://127.0.0.1:${collector.address().port}`;
const ways = { off: {}, on: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRIC_EXPORT_INTERVAL: '1000' } };

const samples = { off: [], on: [] };
for (let round = 0; round < starts; round += 1) {
  for (const [name, settings] of Object.entries(ways)) samples[name].push(await measure(settings));
}
console.log(
  `| telemetry | start ms | processor ms at start | MiB after the start | MiB after ${questions} answers |`,
);
console.log('| --- | --- | --- | --- | --- |');
for (const [name, all] of Object.entries(samples)) {
  const of = (key) => median(all.map((one) => one[key])).toFixed(0);
  console.log(`| ${[name, of('start'), of('processor'), of('idle'), of('used')].join(' | ')} |`);
}
collector.close();
await stop(standIn);

async function measure(settings) {
  const startedAt = performance.now();
  const jamie = await startJamie(standIn.url, settings);
  const start = performance.now() - startedAt;
  const processor = 1000 * processorSeconds(jamie);
  const idle = residentKiB(jamie) / 1024;
  for (let n = 0; n < questions; n += 1) await ask(`${jamie.url}/chat`, body);
  const used = residentKiB(jamie) / 1024;
  await stop(jamie);
  return { start, processor, idle, used };
}
