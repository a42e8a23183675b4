// `npm run bench:slack`: how fast Jamie acknowledges while 50 asks run, and whether memory grows over 5,000 asks.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { prepare } from '../scripts/prepare.mjs';
import { startJamie, startStandIn, stop } from './processes.mjs';

const require = createRequire(import.meta.url);
require('ts-node/register/transpile-only');
const { SlackStandIn } = require('../libs/testing/src/slack/slack-stand-in.ts');

const seconds = Number(process.env.BENCH_SECONDS ?? 60);
const asks = Number(process.env.BENCH_ASKS ?? 5000);
const running = 50;
const modelSeconds = 5;
const channels = 500;
const wave = 100;

prepare();
for (const transport of ['http', 'socket']) await acknowledgements(transport);
await memory();

async function acknowledgements(transport) {
  const site = await open(transport, [`--first-chunk-delay-ms=${modelSeconds * 1000}`]);
  const said = [];
  const startedAt = performance.now();
  for (let at = 0; performance.now() - startedAt < seconds * 1000; at += 1) {
    said.push(site.slack.as('engineer').mention(`team-${at % channels}`, `question ${at}`));
    await delay(startedAt + ((at + 1) * modelSeconds * 1000) / running - performance.now());
  }
  const deliveries = (await Promise.all(said.map(({ delivered }) => delivered))).flat();
  await answered(site, said.length);
  const latencies = deliveries
    .flatMap(({ attempts }) => attempts.map(({ latencyMs }) => latencyMs))
    .sort((left, right) => left - right);
  const share = (part) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))];
  const lost = deliveries.filter(({ outcome }) => outcome !== 'acked').length;
  console.log(
    `${transport}: ${said.length} asks, about ${running} running at once, ${latencies.length} deliveries, ${lost} lost; ` +
      `acknowledged after p50 ${share(0.5).toFixed(1)} ms, p99 ${share(0.99).toFixed(1)} ms, at most ${latencies.at(-1).toFixed(1)} ms`,
  );
  await site.close();
}

async function memory() {
  const site = await open('http');
  const debug = await inspect(site.debugPort);
  let first;
  console.log('\n| asks | heap after garbage collection, MiB | of the first |\n| --- | --- | --- |');
  for (let at = 0; at < asks; at += wave) {
    for (let one = at; one < at + wave; one += 1)
      site.slack.as('engineer').mention(`team-${one % channels}`, `question ${one}`);
    await answered(site, at + wave);
    if ((at + wave) % 500 !== 0) continue;
    const heap = await debug.heapMiB();
    first ??= heap;
    console.log(`| ${at + wave} | ${heap.toFixed(1)} | ${(heap / first).toFixed(2)} |`);
  }
  debug.close();
  await site.close();
}

/** A workspace with many channels, a model, and the built Jamie between them. */
async function open(transport, modelOptions = []) {
  const model = await startStandIn('--parallel=500', ...modelOptions);
  // No second attempts: how long the first one takes is measured.
  const timing = { ackTimeoutMs: 60_000, retryDelaysMs: [] };
  const slack = await new SlackStandIn({ transport, rateLimits: 'off', timing }).start();
  for (let at = 0; at < channels; at += 1) slack.admin.addChannel(`C0TEAM${at}`, `team-${at}`, 'public');
  const state = mkdtempSync(join(tmpdir(), 'jamie-bench-'));
  const debugPort = await freePort();
  const jamie = await startJamie(model.url, {
    ...slack.env(),
    STATE_DIR: state,
    OLLAMA_MAX_IN_FLIGHT: '500',
    OLLAMA_MAX_QUEUE: '5000',
    NODE_OPTIONS: `--inspect=127.0.0.1:${debugPort}`,
  });
  if (transport === 'http') slack.deliverTo(`${jamie.url}/slack/events`);
  await slack.waitFor('Jamie to know who it is', () => slack.calls('bots.info').length > 0, 60_000);
  if (transport === 'socket')
    await slack.waitFor('two sockets', () => slack.sockets.open.length === 2, 60_000);
  const close = async () => {
    await stop(jamie, model);
    slack.stop();
    rmSync(state, { recursive: true, force: true });
  };
  return { slack, jamie, debugPort, close };
}

/** Until so many asks were answered; Jamie's own counter says so, and nothing may have failed. */
async function answered({ jamie }, count) {
  for (;;) {
    const text = await (await fetch(jamie.metricsUrl)).text();
    const read = (status) =>
      Number(text.match(new RegExp(`slack_mentions_total\\{status="${status}"\\} (\\d+)`))?.[1]);
    if (read('error') > 0) throw new Error(`${read('error')} asks were not answered`);
    if (read('success') >= count) return;
    await delay(100);
  }
}

/** https://chromedevtools.github.io/devtools-protocol/ */
async function inspect(port) {
  const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map();
  socket.on('message', (data) => {
    const { id, result } = JSON.parse(data);
    waiting.get(id)?.(result);
  });
  let last = 0;
  const send = (method) =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method }));
    });
  await send('HeapProfiler.enable');
  return {
    close: () => socket.close(),
    heapMiB: async () => {
      await send('HeapProfiler.collectGarbage');
      return (await send('Runtime.getHeapUsage')).usedSize / 1_048_576;
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
