import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { OllamaStandIn, ollamaAnswer, ollamaRefusal } from '@jamie/testing';
import { JamieProcess } from './support/jamie-process';
import { type Sample, samplesOf } from './support/exposition';
import { Daemon, Prometheus, until } from './support/prometheus';
import { read } from './support/repository';
import { quickened } from './support/rules';
import { scrapeConfigOf } from './support/scrape-config';
import { Webhook } from './support/webhook';

// Child processes on a busy machine.
jest.setTimeout(240_000);

/** A minute of the rules lasts two seconds here. */
const secondsPerMinute = 2;
const job = 'job="jamie-sre-chatbot"';

let ollama: OllamaStandIn;
let jamie: JamieProcess;
let prometheus: Prometheus;
let alertmanager: Daemon;
let webhook: Webhook;

beforeAll(async () => {
  ollama = await OllamaStandIn.start({ parallel: 4 });
  webhook = await Webhook.start();
  const [startedJamie, startedPrometheus] = await Promise.all([
    JamieProcess.start({
      environment: { OLLAMA_URL: ollama.url, RATE_LIMIT_PER_MINUTE: '0', OLLAMA_MAX_IN_FLIGHT: '4' },
    }),
    Prometheus.start(),
  ]);
  jamie = startedJamie;
  prometheus = startedPrometheus;
  alertmanager = await startAlertmanager();
  await scrapeJamie();
}, 240_000);

afterAll(async () => {
  await Promise.all([jamie.stop('SIGKILL'), alertmanager.stop(), webhook.stop(), ollama.stop()]);
  await prometheus.stop();
});

function startAlertmanager(): Promise<Daemon> {
  const file = join(prometheus.folder, 'alertmanager.yml');
  const timing = { group_by: ['alertname'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
  const receivers = [{ name: 'webhook', webhook_configs: [{ url: webhook.url, send_resolved: true }] }];
  writeFileSync(file, stringify({ route: { receiver: 'webhook', ...timing }, receivers }));
  return Daemon.start('prometheus-alertmanager', (port) => [
    `--config.file=${file}`,
    `--storage.path=${prometheus.folder}/alertmanager`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ]);
}

async function scrapeJamie(): Promise<void> {
  const rules = join(prometheus.folder, 'rules.yaml');
  writeFileSync(rules, quickened(read('k8s/monitoring/jamie.rules.yaml'), secondsPerMinute));
  await prometheus.configure({
    global: { evaluation_interval: '500ms' },
    rule_files: [rules],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager.url).host] }] }] },
    scrape_configs: [scrapeConfigOf(`127.0.0.1:${jamie.metricsPort}`, 500)],
  });
  await prometheus.restart();
  await until('the first scrape', async () => (await prometheus.query(`up{${job}} == 1`)).length > 0);
}

/** Waits until a query gives that one number: a scrape may be late, or may have timed out. */
async function tells(query: string, value: number): Promise<void> {
  let seen: unknown;
  await until(`${query} is ${value}`, async () => {
    seen = (await prometheus.query(query)).map((series) => Number(series.value?.[1]));
    return Array.isArray(seen) && seen.length === 1 && Math.abs(seen[0] - value) < 1e-6;
  }).catch((error: unknown) => {
    throw new Error(`it is ${JSON.stringify(seen)}`, { cause: error });
  });
}

const scraped = async (): Promise<Sample[]> =>
  samplesOf(await (await fetch(`http://127.0.0.1:${jamie.metricsPort}/metrics`)).text());

/** The quantile that a histogram of a scrape holds, by straight lines within a bucket, reckoned without Prometheus. */
function quantileOf(samples: readonly Sample[], metric: string, quantile: number): number {
  const buckets = samples
    .filter(({ name }) => name === `${metric}_bucket`)
    .map(({ labels, value }) => ({ bound: Number(labels['le']), count: value }));
  const rank = quantile * (buckets.at(-1)?.count ?? 0);
  const at = buckets.findIndex(({ count }) => count >= rank);
  const { bound = 0, count = 0 } = buckets[at] ?? {};
  const below = buckets[at - 1] ?? { bound: 0, count: 0 };
  return below.bound + ((bound - below.bound) * (rank - below.count)) / (count - below.count);
}

const chats = (count: number, message: unknown): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, () => jamie.chat(message)));

test("the ServiceMonitor's filter keeps every metric of Jamie", async () => {
  await until('what Prometheus keeps is what Jamie exposes', async () => {
    const exposed = new Set((await scraped()).map(({ name }) => name));
    const kept = await prometheus.query(
      `count by (__name__) ({${job},__name__!~"up|scrape_.*|ALERTS.*|job.*:.*"})`,
    );
    const names = kept.map(({ metric }) => metric['__name__'] ?? '');
    return names.length === exposed.size && names.every((name) => exposed.has(name));
  });
});

test('the queries for a dashboard tell the truth', async () => {
  ollama.script(ollamaAnswer('It is DNS.', { firstChunkDelayMs: 50 }));
  await chats(18, 'Why does the disk fill up?');
  ollama.next(...Array.from({ length: 2 }, () => ollamaAnswer('It is DNS.', { firstChunkDelayMs: 1200 })));
  await chats(2, 'Why does the disk fill up?');
  await chats(5, 7);
  await tells(`sum(api_chat_requests_total{${job}})`, 25);

  // All of it, however slow this machine is.
  const window = '[10m]';
  const rate = (series: string): string => `sum(rate(${series}${window}))`;
  const share = (failed: string, all: string): string =>
    `(${rate(failed)} or 0 * ${rate(all)}) / ${rate(all)}`;
  const p95 = (metric: string): string =>
    `histogram_quantile(0.95, sum by (le) (rate(${metric}_bucket{${job}}${window})))`;

  const samples = await scraped();
  const ofModel = quantileOf(samples, 'ollama_request_duration_seconds', 0.95);
  // Two of twenty took 1.2 s.
  expect(ofModel).toBeGreaterThan(1);
  await tells(p95('ollama_request_duration_seconds'), ofModel);
  const ofChat = quantileOf(samples, 'api_chat_request_duration_seconds', 0.95);
  expect(ofChat).toBeGreaterThan(1);
  await tells(p95('api_chat_request_duration_seconds'), ofChat);
  await tells(share(`ollama_errors_total{${job}}`, `ollama_requests_total{${job}}`), 0);
  const asked = `http_requests_total{${job},route!~"/health.*|/metrics"`;
  await tells(share(`${asked},status=~"5.."}`, `${asked}}`), 0);
  await tells(share(`${asked},status=~"4.."}`, `${asked}}`), 0.2);
  await tells(`sum(ollama_requests_total{${job},status="success"})`, 20);
  const [asks, attempts] = [rate(`api_chat_requests_total{${job}}`), rate(`ollama_requests_total{${job}}`)];
  await tells(`${asks} / ${attempts}`, 1.25);
  await tells(`sum(job_surface:jamie_asks:rate5m{surface=~"slack_.*"})`, 0);
  await tells(`up{${job}}`, 1);
  await tells(`jamie_dependency_up{${job},dependency="model"}`, 1);
});

test('a broken model is told as firing, and as resolved when it works again', async () => {
  ollama.script(ollamaRefusal(500, '{"error":"out of memory"}'));
  await until('Alertmanager tells of JamieHighErrorRate', async () => {
    await chats(2, 'Why does the disk fill up?');
    return webhook.heard('JamieHighErrorRate', 'firing') !== undefined;
  });
  const { labels, annotations } = webhook.heard('JamieHighErrorRate', 'firing') ?? {};
  expect(labels).toMatchObject({ severity: 'warning', job: 'jamie-sre-chatbot', model: 'bruno-sre' });
  expect(annotations?.['description']).toMatch(/^\d+(\.\d+)?% of the requests to the model bruno-sre fail/);
  ollama.script(ollamaAnswer('It is DNS.'));
  await until(
    'Alertmanager tells that it is over',
    async () => webhook.heard('JamieHighErrorRate', 'resolved') !== undefined,
    120_000,
  );
}, 240_000);

test('a killed Jamie is told as down', async () => {
  // It was told so once already, before the first scrape.
  webhook.forget();
  await jamie.stop('SIGKILL');
  await until(
    'Alertmanager tells of JamieServiceDown',
    async () => webhook.heard('JamieServiceDown', 'firing') !== undefined,
  );
  expect(webhook.heard('JamieServiceDown', 'firing')?.labels).toMatchObject({
    severity: 'critical',
    job: 'jamie-sre-chatbot',
  });
});
