import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { OllamaStandIn, ollamaAnswer, ollamaRefusal } from '@jamie/testing';
import { JamieProcess } from './support/jamie-process';
import { samplesOf } from './support/exposition';
import { Daemon, Prometheus, until } from './support/prometheus';
import { read } from './support/repository';
import { quickened } from './support/rules';
import { scrapeConfigOf } from './support/scrape-config';
import { Webhook } from './support/webhook';

// Child processes on a busy machine.
jest.setTimeout(120_000);

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
}, 60_000);

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
    scrape_configs: [scrapeConfigOf(`127.0.0.1:${jamie.metricsPort}`, 250)],
  });
  await prometheus.restart();
  await until('the first scrape', async () => (await prometheus.query(`up{${job}} == 1`)).length > 0);
}

/** The one number that a query gives. */
async function valueOf(query: string): Promise<number> {
  const series = await prometheus.query(query);
  if (series.length !== 1) throw new Error(`${query}: ${series.length} series`);
  return Number(series[0]?.value?.[1]);
}

const reaches = (query: string, value: number): Promise<void> =>
  until(`${query} is ${value}`, async () => (await valueOf(query)) === value);

const chats = (count: number, message: unknown): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, () => jamie.chat(message)));

test("the ServiceMonitor's filter keeps every metric of Jamie", async () => {
  const text = await (await fetch(`http://127.0.0.1:${jamie.metricsPort}/metrics`)).text();
  const exposed = new Set(samplesOf(text).map(({ name }) => name));
  const kept = await prometheus.query(
    `count by (__name__) ({${job},__name__!~"up|scrape_.*|ALERTS.*|job.*:.*"})`,
  );
  expect(new Set(kept.map(({ metric }) => metric['__name__']))).toEqual(exposed);
});

test('the queries for a dashboard tell the truth', async () => {
  ollama.script(ollamaAnswer('It is DNS.', { firstChunkDelayMs: 150 }));
  await chats(18, 'Why does the disk fill up?');
  ollama.next(...Array.from({ length: 2 }, () => ollamaAnswer('It is DNS.', { firstChunkDelayMs: 1200 })));
  await chats(2, 'Why does the disk fill up?');
  await chats(5, 7);
  await reaches(`sum(api_chat_requests_total{${job}})`, 25);

  const window = '[30s]';
  const rate = (series: string): string => `sum(rate(${series}${window}))`;
  const share = (failed: string, all: string): string =>
    `(${rate(failed)} or 0 * ${rate(all)}) / ${rate(all)}`;
  const p95 = (metric: string): string =>
    `histogram_quantile(0.95, sum by (le) (rate(${metric}_bucket{${job}}${window})))`;

  // Two of twenty took 1.2 s: the 95th percentile lies in the middle of the bucket from 1 to 2 s.
  expect(await valueOf(p95('ollama_request_duration_seconds'))).toBeCloseTo(1.5, 5);
  // Among all twenty-five the five refused ones were quick.
  expect(await valueOf(p95('api_chat_request_duration_seconds'))).toBeCloseTo(1.375, 5);
  expect(await valueOf(share(`ollama_errors_total{${job}}`, `ollama_requests_total{${job}}`))).toBe(0);
  const asked = `http_requests_total{${job},route!~"/health.*|/metrics"`;
  expect(await valueOf(share(`${asked},status=~"5.."}`, `${asked}}`))).toBe(0);
  expect(await valueOf(share(`${asked},status=~"4.."}`, `${asked}}`))).toBeCloseTo(0.2, 10);
  expect(await valueOf(`sum(ollama_requests_total{${job},status="success"})`)).toBe(20);
  const [asks, attempts] = [rate(`api_chat_requests_total{${job}}`), rate(`ollama_requests_total{${job}}`)];
  expect(await valueOf(`${asks} / ${attempts}`)).toBeCloseTo(1.25, 10);
  expect(await valueOf(`sum(job_surface:jamie_asks:rate5m{surface=~"slack_.*"})`)).toBe(0);
  expect(await valueOf(`up{${job}}`)).toBe(1);
  expect(await valueOf(`jamie_dependency_up{${job},dependency="model"}`)).toBe(1);
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
    45_000,
  );
}, 90_000);

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
}, 60_000);
