// `node bench/overload.mjs`: far more questions than the model can take. How fast the rest is refused, how long those
// wait that are taken, and whether health and metrics answer meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import { prepare } from '../scripts/prepare.mjs';
import { median } from './load.mjs';
import { processorSeconds, residentKiB, startJamie, startStandIn, stop } from './processes.mjs';

const clients = Number(process.env.BENCH_CLIENTS ?? 100);
const seconds = Number(process.env.BENCH_SECONDS ?? 10);

prepare();
const standIn = await startStandIn('--first-chunk-delay-ms=100');
const jamie = await startJamie(standIn.url, {
  OLLAMA_MAX_IN_FLIGHT: '4',
  OLLAMA_MAX_QUEUE: '16',
  METRICS_PORT: '19090',
});
await ask();
const idleKiB = residentKiB(jamie);
const cpuBefore = processorSeconds(jamie);
const until = performance.now() + seconds * 1000;
const answers = [];
const probes = { '/health': [], '/metrics': [] };
await Promise.all([
  ...Array.from({ length: clients }, () => keepAsking()),
  keepProbing('/health', `${jamie.url}/health`),
  keepProbing('/metrics', 'http://127.0.0.1:19090/metrics'),
]);
report();
await stop(jamie, standIn);

async function ask() {
  const startedAt = performance.now();
  const response = await fetch(`${jamie.url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"message":"xyzzy plugh"}',
  });
  await response.arrayBuffer();
  return { status: response.status, milliseconds: performance.now() - startedAt };
}

/** As impolite as clients are: who is refused comes again after a tenth of a second. */
async function keepAsking() {
  while (performance.now() < until) {
    const answer = await ask();
    answers.push(answer);
    if (answer.status !== 200) await delay(100);
  }
}

async function keepProbing(name, url) {
  while (performance.now() < until) {
    const startedAt = performance.now();
    await (await fetch(url)).arrayBuffer();
    probes[name].push(performance.now() - startedAt);
    await delay(50);
  }
}

function report() {
  const of = (wanted) =>
    answers.filter(({ status }) => status === wanted).map(({ milliseconds }) => milliseconds);
  console.log(
    `${clients} clients for ${seconds} s, a model of 40 answers a second, 16 places to wait; times in ms:\n`,
  );
  console.log('| what | count | median | slowest |');
  console.log('| --- | --- | --- | --- |');
  const rows = { answered: of(200), refused: of(503), ...probes };
  for (const [name, times] of Object.entries(rows)) {
    console.log(
      `| ${name} | ${times.length} | ${median(times).toFixed(0)} | ${Math.max(...times).toFixed(0)} |`,
    );
  }
  const others = answers.length - rows.answered.length - rows.refused.length;
  console.log(
    `\nOther statuses: ${others}. Processor: ${(processorSeconds(jamie) - cpuBefore).toFixed(1)} s.`,
  );
  console.log(
    `Memory: ${Math.round(idleKiB / 1024)} MiB before, ${Math.round(residentKiB(jamie) / 1024)} MiB after.`,
  );
}
