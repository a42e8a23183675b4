// `npm run bench:overload`: far more questions than the model can take. How fast the rest is refused, how long those
// wait that are taken, and whether health and metrics answer meanwhile.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { prepare } from '../scripts/prepare.mjs';
import { at, median } from './load.mjs';
import { processorSeconds, residentKiB, startJamie, startProbing, startStandIn, stop } from './processes.mjs';

const clients = Number(process.env.BENCH_CLIENTS ?? 100);
const seconds = Number(process.env.BENCH_SECONDS ?? 10);
/** As impolite as clients are: Retry-After says 30 s, and who is refused comes again after this. */
const pauseMs = 100;

prepare();
const standIn = await startStandIn('--first-chunk-delay-ms=100');
const jamie = await startJamie(standIn.url, { OLLAMA_MAX_IN_FLIGHT: '4', OLLAMA_MAX_QUEUE: '16' });
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
await ask();
const idleKiB = residentKiB(jamie);
const busyBefore = processorSeconds(jamie);
const answers = [];
const probed = startProbing(`${jamie.url}/health`, jamie.metricsUrl);
const until = performance.now() + seconds * 1000;
await Promise.all(Array.from({ length: clients }, keepAsking));
const [health, metrics] = await probed();
report();
agent.destroy();
await stop(jamie, standIn);

function ask() {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    request(`${jamie.url}/chat`, { method: 'POST', agent, headers }, (answer) => {
      const told = () => resolve({ status: answer.statusCode, milliseconds: performance.now() - startedAt });
      answer.resume().once('end', told).once('error', reject);
    })
      .once('error', reject)
      .end('{"message":"xyzzy plugh"}');
  });
}

async function keepAsking() {
  while (performance.now() < until) {
    const answer = await ask();
    answers.push(answer);
    if (answer.status !== 200) await delay(pauseMs);
  }
}

function report() {
  const of = (wanted) =>
    answers.filter(({ status }) => status === wanted).map(({ milliseconds }) => milliseconds);
  const rows = { answered: of(200), refused: of(503), 'GET /health': health, 'GET /metrics': metrics };
  const others = answers.length - rows.answered.length - rows.refused.length;
  const used = processorSeconds(jamie) - busyBefore;
  console.log(`${clients} clients for ${seconds} s, a model of 40 answers a second, 16 places to wait:\n`);
  console.log('| what | count | p50 ms | p99 ms | slowest ms |');
  console.log('| --- | --- | --- | --- | --- |');
  for (const [name, times] of Object.entries(rows)) {
    const sorted = [...times].sort((left, right) => left - right);
    const cells = [median(times), at(sorted, 0.99), sorted.at(-1) ?? 0].map((time) => time.toFixed(0));
    console.log(`| ${[name, times.length, ...cells].join(' | ')} |`);
  }
  console.log(
    `\nOther statuses: ${others}. Processor: ${((used / seconds) * 100).toFixed(0)} % of one core.`,
  );
  console.log(
    `Memory: ${Math.round(idleKiB / 1024)} MiB before, ${Math.round(residentKiB(jamie) / 1024)} MiB after.`,
  );
}
