// `npm run bench`: what Jamie adds to a model that answers at once, beside a bare proxy in the same run.
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { prepare } from '../scripts/prepare.mjs';
import { ask, load, median } from './load.mjs';
import {
  processorSeconds,
  residentKiB,
  startBareProxy,
  startJamie,
  startStandIn,
  stop,
} from './processes.mjs';

const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const waitingChats = 2000;
// Many different ones, so that nothing is fast only because it was asked before.
const questions = JSON.parse(
  readFileSync(new URL('../libs/knowledge/eval/questions.json', import.meta.url), 'utf8'),
).map(({ question }) => question);
const chatBodies = questions.map((message) => JSON.stringify({ message }));
const ollamaBodies = questions.map((content) =>
  JSON.stringify({
    model: 'bruno-sre',
    messages: [{ role: 'user', content }],
    options: { num_ctx: 8192, num_predict: 1024, temperature: 0.2 },
  }),
);

prepare();
await throughput();
await memory();

async function throughput() {
  const standIn = await startStandIn();
  const proxy = await startBareProxy(standIn.url);
  const jamie = await startJamie(standIn.url, { OLLAMA_MAX_IN_FLIGHT: '1000' });
  const targets = [
    { name: 'stand-in alone', url: `${standIn.url}/api/chat`, bodies: ollamaBodies },
    { name: 'bare proxy', url: proxy.url, bodies: ollamaBodies },
    { name: 'Jamie', url: `${jamie.url}/chat`, bodies: chatBodies },
  ];
  // A program of this size is compiled to its end after some thousands of requests.
  for (const target of targets) await load({ ...target, clients: 10, seconds: 10 });
  console.log(`\nMedians of ${rounds} interleaved rounds of ${seconds} s, latencies in ms:\n`);
  console.log('| clients | target | requests/s | ratio | p50 | p99 | added p50 | added p99 |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const clients of [1, 10, 100]) print(clients, await measure(targets, clients));
  await stop(jamie, proxy, standIn);
}

async function measure(targets, clients) {
  const samples = targets.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, target] of targets.entries())
      samples[at].push(await load({ ...target, clients, seconds }));
  }
  const of = (runs, key) => median(runs.map((run) => run[key]));
  return targets.map(({ name }, at) => ({
    name,
    perSecond: of(samples[at], 'perSecond'),
    p50: of(samples[at], 'p50'),
    p99: of(samples[at], 'p99'),
  }));
}

function print(clients, results) {
  const [alone, bare] = results;
  for (const { name, perSecond, p50, p99 } of results) {
    const ratio = (perSecond / bare.perSecond).toFixed(2);
    const cells = [clients, name, perSecond.toFixed(0), ratio, p50.toFixed(2), p99.toFixed(2)];
    console.log(`| ${[...cells, (p50 - alone.p50).toFixed(2), (p99 - alone.p99).toFixed(2)].join(' | ')} |`);
  }
}

async function memory() {
  const standIn = await startStandIn('--first-chunk-delay-ms=15000');
  const limits = { OLLAMA_MAX_IN_FLIGHT: '4000', OLLAMA_MAX_QUEUE: '4000' };
  const proxy = await startBareProxy(standIn.url);
  const jamie = await startJamie(standIn.url, limits);
  console.log(`\nMemory and processor of ${waitingChats} chats at once that wait for a slow model:\n`);
  console.log(
    '| target | idle MiB | waiting MiB | KiB per chat | processor s | while waiting, % of a core |',
  );
  console.log('| --- | --- | --- | --- | --- | --- |');
  await waitingMemory('bare proxy', proxy, proxy.url, ollamaBodies);
  await waitingMemory('Jamie', jamie, `${jamie.url}/chat`, chatBodies);
  await stop(jamie, proxy, standIn);
}

async function waitingMemory(name, program, url, bodies) {
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const idle = residentKiB(program);
  const busyBefore = processorSeconds(program);
  const asking = Promise.all(
    Array.from({ length: waitingChats }, (_, at) => ask(url, bodies[at % bodies.length], agent)),
  );
  await delay(8000);
  const busyWaiting = processorSeconds(program);
  await delay(4000);
  const waiting = residentKiB(program);
  const share = ((processorSeconds(program) - busyWaiting) / 4) * 100;
  await asking;
  const cells = [
    name,
    (idle / 1024).toFixed(0),
    (waiting / 1024).toFixed(0),
    ((waiting - idle) / waitingChats).toFixed(0),
    (processorSeconds(program) - busyBefore).toFixed(1),
    share.toFixed(1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
