import { once } from 'node:events';
import { OllamaStandIn, type OtlpBehaviour, OtlpReceiver } from '@jamie/testing';
import { type BuiltJamie, addressesOf, exitCode, startBuiltJamie, stopBuiltJamies } from './built-jamie';
import { nowhere } from './harness';

let collector: OtlpReceiver;
let ollama: OllamaStandIn;
beforeEach(async () => {
  [ollama, collector] = await Promise.all([OllamaStandIn.start(), OtlpReceiver.start()]);
});
afterEach(async () => {
  await stopBuiltJamies();
  await Promise.all([ollama.stop(), collector.stop()]);
});

// Processes of their own on a busy machine.
jest.setTimeout(60_000);
/** Far below what is waited for in vain: the minute between two pushes, or a collector that never answers. */
const patienceSeconds = 20;

const quick = { OTEL_BSP_SCHEDULE_DELAY: '20', OTEL_EXPORTER_OTLP_TIMEOUT: '300' };

async function start(
  settings: Record<string, string>,
): Promise<{ jamie: BuiltJamie; ask(): Promise<number> }> {
  const jamie = startBuiltJamie({ WELCOME: 'true', OLLAMA_URL: ollama.url, ...settings });
  const { url } = await addressesOf(jamie);
  const body = JSON.stringify({ message: 'KubePodCrashLooping is firing' });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  return { jamie, ask: async () => (await fetch(`${url}/chat`, init)).status };
}

interface LogLine {
  readonly level: string;
  readonly context?: string;
  readonly msg: string;
  readonly request_id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
}

function logOf({ lines }: BuiltJamie): readonly LogLine[] {
  return lines.filter((line) => line.startsWith('{')).map((line): LogLine => JSON.parse(line));
}

const said = (jamie: BuiltJamie, level: string) =>
  logOf(jamie).filter((line) => line.level === level && line.context === 'Telemetry');

async function untilLogged(jamie: BuiltJamie, holds: () => boolean): Promise<void> {
  while (!holds()) await once(jamie.child.stdout ?? jamie.child, 'data');
}

async function secondsToStop(jamie: BuiltJamie): Promise<number> {
  const startedAt = performance.now();
  jamie.child.kill('SIGTERM');
  expect(await exitCode(jamie)).toBe(0);
  return (performance.now() - startedAt) / 1000;
}

describe('telemetry that is off', () => {
  const loaded = ({ errors }: BuiltJamie) =>
    errors.filter((line) => /@opentelemetry\/(?!api)|telemetry\/sdk/.test(line));

  it('reads nothing of the SDK from disk', async () => {
    const { jamie, ask } = await start({ NODE_DEBUG: 'module' });
    expect(await ask()).toBe(200);
    expect(jamie.errors.join('\n')).toContain('@opentelemetry/api');
    expect(loaded(jamie)).toEqual([]);
    expect(logOf(jamie).some((line) => line.trace_id !== undefined)).toBe(false);
  });

  it('reads it when there is somewhere to send to', async () => {
    const { jamie } = await start({ NODE_DEBUG: 'module', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    expect(loaded(jamie).length).toBeGreaterThan(0);
  });
});

describe('the end of the process', () => {
  it('sends what was not sent yet', async () => {
    const { jamie, ask } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '60000',
    });
    expect(await ask()).toBe(200);
    expect(collector.requests).toEqual([]);
    expect(await secondsToStop(jamie)).toBeLessThan(patienceSeconds);
    expect(collector.spanNamed('POST /chat')?.attributes).toMatchObject({ 'http.response.status_code': 200 });
    const asks = collector.metricNamed('api_chat_requests_total')?.sum?.dataPoints ?? [];
    expect(asks.find(({ attributes }) => attributes['status'] === 'success')?.asDouble).toBe(1);
  });
});

describe('a collector', () => {
  it.each<[string, OtlpBehaviour | 'down']>([
    ['that is down', 'down'],
    ['that never answers', 'hang'],
    ['that is overloaded', 503],
    ['that refuses the token', 401],
  ])('%s disturbs nobody, and is told of once', async (_, behaviour) => {
    if (behaviour !== 'down') collector.behaviour = behaviour;
    const endpoint = behaviour === 'down' ? nowhere : collector.url;
    const { jamie, ask } = await start({ ...quick, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(await ask()).toBe(200);
    await untilLogged(jamie, () => said(jamie, 'warn').length > 0);
    expect(await ask()).toBe(200);
    expect(await secondsToStop(jamie)).toBeLessThan(patienceSeconds);
    expect(said(jamie, 'warn')).toEqual([
      expect.objectContaining({
        msg: expect.stringMatching(/^The OTLP collector takes no traces and metrics: .+ Jamie works on\.$/),
      }),
    ]);
    expect(jamie.errors).toEqual([]);
  });

  it('is told of again when it takes telemetry again', async () => {
    collector.behaviour = 401;
    const { jamie, ask } = await start({ ...quick, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await ask();
    await untilLogged(jamie, () => said(jamie, 'warn').length > 0);
    collector.behaviour = 200;
    await ask();
    await untilLogged(jamie, () => said(jamie, 'info').some(({ msg }) => msg.includes('again')));
  });
});

describe('the log', () => {
  it('carries the trace with every line of a request', async () => {
    const { jamie, ask } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '20',
    });
    await ask();
    await collector.until(() => collector.spanNamed('POST /chat') !== undefined);
    await secondsToStop(jamie);
    const request = collector.spanNamed('POST /chat');
    const lines = logOf(jamie).filter((line) => line.request_id !== undefined);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line.trace_id).toBe(request?.traceId);
    expect(lines.find(({ context }) => context === 'Http')?.span_id).toBe(request?.spanId);
  });

  it('shows each span in one line, when it is asked to, without any backend', async () => {
    const { jamie, ask } = await start({ LOGFIRE_CONSOLE: 'true' });
    await ask();
    const spans = () => logOf(jamie).filter(({ context }) => context === 'Span');
    await untilLogged(jamie, () => spans().some(({ msg }) => msg.startsWith('POST /chat: 200 in ')));
    const chat = spans().find(({ msg }) => /^chat bruno-sre: \d+ tokens in, \d+ out in \d+ ms$/.test(msg));
    expect(chat).toMatchObject({ level: 'info', trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });
});
