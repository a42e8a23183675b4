// `npm run bench:redis`: what shared state costs an ask, in turns with and without it, and one replica beside two.
// Needs redis-server.
import { readFileSync } from 'node:fs';
import { prepare } from '../scripts/prepare.mjs';
import { load, median } from './load.mjs';
import { processorSeconds, residentKiB, startJamie, startStandIn, stop } from './processes.mjs';
import { startRedis } from './redis-server.mjs';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const seconds = Number(process.env.BENCH_SECONDS ?? 2);
const crowd = 32;
// Many different ones, so that nothing is fast only because it was asked before.
const questions = JSON.parse(
  readFileSync(new URL('../libs/knowledge/eval/questions.json', import.meta.url), 'utf8'),
);
const bodies = questions.map(({ question }) => JSON.stringify({ message: question }));

prepare();
const redis = await startRedis();
const standIn = await startStandIn();
const settings = { OLLAMA_MAX_IN_FLIGHT: '64', OLLAMA_MAX_QUEUE: '64' };
const shared = { ...settings, REDIS_URL: redis.url };
const alone = await startJamie(standIn.url, settings);
const one = await startJamie(standIn.url, shared);
const two = await startJamie(standIn.url, shared);
for (const { url } of [alone, one, two]) await load({ url: `${url}/chat`, bodies, clients: 4, seconds: 2 });
await costPerAsk();
await replicas();
await stop(alone, one, two, standIn);
redis.stop();

async function costPerAsk() {
  const jamies = { 'without Redis': alone, 'with Redis': one };
  const samples = Object.fromEntries(Object.keys(jamies).map((name) => [name, []]));
  const before = await commands(one);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, jamie] of Object.entries(jamies)) samples[name].push(await oneClient(jamie));
  }
  const after = await commands(one);
  console.log(`One client, medians of ${rounds} rounds of ${seconds} s in turns:\n`);
  console.log('| | asks/s | p50 ms | p99 ms | processor ms per ask | MiB |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const [name, all] of Object.entries(samples)) {
    const [perSecond, p50, p99, processor] = ['perSecond', 'p50', 'p99', 'processor'].map((key) =>
      median(all.map((sample) => sample[key])),
    );
    const cells = [perSecond.toFixed(0), p50.toFixed(2), p99.toFixed(2), processor.toFixed(2)];
    console.log(`| ${[name, ...cells, (residentKiB(jamies[name]) / 1024).toFixed(0)].join(' | ')} |`);
  }
  const asks = samples['with Redis'].reduce((sum, { count }) => sum + count, 0);
  const count = after.count - before.count;
  const each = (1000 * (after.seconds - before.seconds)) / count;
  console.log(
    `\n${(count / asks).toFixed(1)} commands to Redis for each ask, ${each.toFixed(2)} ms each on average.`,
  );
}

async function oneClient(jamie) {
  const busyBefore = processorSeconds(jamie);
  const result = await load({ url: `${jamie.url}/chat`, bodies, clients: 1, seconds });
  const count = Math.round(result.perSecond * seconds);
  return { ...result, count, processor: ((processorSeconds(jamie) - busyBefore) * 1000) / count };
}

/** The same clients at one replica, and half of them at each of two. */
async function replicas() {
  const rates = { one: [], two: [] };
  for (let round = 0; round < rounds; round += 1) {
    rates.one.push(await together([one], crowd));
    rates.two.push(await together([one, two], crowd / 2));
  }
  const [first, both] = [median(rates.one), median(rates.two)].map((rate) => rate.toFixed(0));
  console.log(`\n${crowd} clients: ${first} asks/s by one replica, ${both} by two.`);
}

async function together(jamies, clients) {
  const loads = jamies.map(({ url }) => load({ url: `${url}/chat`, bodies, clients, seconds }));
  return (await Promise.all(loads)).reduce((sum, { perSecond }) => sum + perSecond, 0);
}

async function commands({ metricsUrl }) {
  const text = await (await fetch(metricsUrl)).text();
  const of = (name) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    count: of('jamie_store_command_seconds_count'),
    seconds: of('jamie_store_command_seconds_sum'),
  };
}
