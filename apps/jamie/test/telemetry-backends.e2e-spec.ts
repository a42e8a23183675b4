import {
  type OtlpRequest,
  OtlpReceiver,
  type ReceivedMetric,
  type Samples,
  ollamaFailures,
} from '@jamie/testing';
import { type TracedJamie, startTracedJamie } from './traced-jamie';

const running: { close(): Promise<void> }[] = [];
const start = async (settings: Record<string, string> = {}): Promise<TracedJamie> => {
  const jamie = await startTracedJamie(settings);
  running.push(jamie);
  return jamie;
};
afterEach(async () => {
  // Jamie first: what it sends at its end is waited for.
  for (const each of running.splice(0).toReversed()) await each.close();
});

const seriesOf = (name: string, labels: Readonly<Record<string, unknown>>): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${String(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.toSorted().join(',')}}`;
};

/** The samples that Prometheus would show for what came over OTLP. */
function samplesOf(metrics: readonly ReceivedMetric[]): Map<string, number> {
  const samples = new Map<string, number>();
  for (const { name, sum, gauge, histogram } of metrics) {
    for (const { attributes, asDouble } of (sum ?? gauge)?.dataPoints ?? []) {
      samples.set(seriesOf(name, attributes), Number(asDouble));
    }
    for (const { attributes, bucketCounts, explicitBounds, count, sum: total } of histogram?.dataPoints ??
      []) {
      let below = 0;
      [...explicitBounds, '+Inf'].forEach((le, at) => {
        below += bucketCounts[at] ?? 0;
        samples.set(seriesOf(`${name}_bucket`, { ...attributes, le }), below);
      });
      samples.set(seriesOf(`${name}_sum`, attributes), total);
      samples.set(seriesOf(`${name}_count`, attributes), count);
    }
  }
  return samples;
}

/** The same series with their labels in alphabetical order, without those of the process, which never stand still. */
function steady(samples: Samples): Record<string, number> {
  const still = [...samples].filter(([series]) => !/^(process|nodejs)_/.test(series));
  const ordered = still.map(([series, value]): [string, number] => {
    const [name = '', labels = ''] = series.split(/\{(.*)\}$/s);
    const pairs = labels.split(/,(?=\w+=")/).filter(Boolean);
    return [pairs.length === 0 ? name : `${name}{${pairs.toSorted().join(',')}}`, value];
  });
  return Object.fromEntries(ordered);
}

describe('metrics over OTLP', () => {
  it('say what /metrics says', async () => {
    const { chat, collector, metrics, ollama, url } = await start({ OTEL_METRIC_EXPORT_INTERVAL: '200' });
    await (await chat({ message: 'KubePodCrashLooping is firing' })).text();
    ollama.next(ollamaFailures.modelMissing('bruno-sre'));
    await (await chat({ message: 'KubePodCrashLooping is firing' })).text();
    await (await fetch(`${url}/nothing`)).text();
    const asked = () =>
      samplesOf(collector.metrics).get('http_request_duration_seconds_count{method="GET",route="unmatched"}');
    await collector.until(() => asked() === 1);
    const pushed = steady(samplesOf(collector.metrics));
    const scraped = steady(await metrics());
    expect(pushed['ollama_requests_total{model="bruno-sre",status="success"}']).toBe(1);
    expect(pushed['ollama_errors_total{error_type="OllamaModelNotFound",model="bruno-sre"}']).toBe(1);
    expect(Object.keys(pushed).length).toBeGreaterThan(300);
    expect(pushed).toEqual(scraped);
  });

  it('have the types, units and start of the registry', async () => {
    const { collector } = await start({ OTEL_METRIC_EXPORT_INTERVAL: '200' });
    await collector.until(() => collector.metrics.length > 0);
    const requests = collector.metricNamed('ollama_requests_total');
    expect(requests).toMatchObject({
      unit: '',
      description: expect.stringContaining('Attempts at the model'),
      sum: { isMonotonic: true, aggregationTemporality: 'CUMULATIVE' },
    });
    expect(collector.metricNamed('ollama_request_duration_seconds')).toMatchObject({
      unit: 's',
      histogram: { aggregationTemporality: 'CUMULATIVE' },
    });
    expect(collector.metricNamed('process_resident_memory_bytes')).toMatchObject({ unit: 'By', gauge: {} });
    const [point] = requests?.sum?.dataPoints ?? [];
    const processStart = BigInt(Math.round(performance.timeOrigin)) * 1_000_000n;
    expect(Number((point?.startTimeUnixNano ?? 0n) - processStart) / 1e6).toBeCloseTo(0, -1);
    expect(point?.timeUnixNano).toBeGreaterThan(processStart);
    const names = collector.metrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(collector.metricsResource).toMatchObject({ 'service.name': 'jamie-sre-chatbot' });
  });
});

describe('Logfire', () => {
  const token = 'pylf_v1_eu_0123456789';
  let logfire: OtlpReceiver;
  const toLogfire = () => ({ LOGFIRE_TOKEN: token, LOGFIRE_BASE_URL: `${logfire.url}/` });

  beforeEach(async () => {
    logfire = await OtlpReceiver.start();
    running.push({ close: () => logfire.stop() });
  });

  it('gets the same as the collector, with its token and without the headers of the other', async () => {
    const { chat, collector, spanNamed } = await start({
      ...toLogfire(),
      OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=other%20key',
      OTEL_METRIC_EXPORT_INTERVAL: '200',
    });
    await chat({ message: 'hm?' });
    const request = await spanNamed('POST /chat');
    await logfire.until(() => logfire.spanNamed('POST /chat') !== undefined && logfire.metrics.length > 0);
    await collector.until(() => collector.metrics.length > 0);
    expect(logfire.spanNamed('POST /chat')?.spanId).toBe(request.spanId);
    const heads = (receiver: OtlpReceiver) => receiver.requests.map(({ headers }: OtlpRequest) => headers);
    for (const headers of heads(logfire)) {
      expect(headers).toMatchObject({ authorization: token, 'content-type': 'application/x-protobuf' });
      expect(headers).not.toHaveProperty('x-collector-key');
    }
    for (const headers of heads(collector)) {
      expect(headers).toMatchObject({ 'x-collector-key': 'other key' });
      expect(headers).not.toHaveProperty('authorization');
    }
    expect(new Set(logfire.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces', '/v1/metrics']));
  });

  it('shows readable lines and levels, which the collector does not get', async () => {
    const { chat, collector, ollama } = await start(toLogfire());
    ollama.script(ollamaFailures.modelMissing('bruno-sre'));
    await chat({ message: 'KubePodCrashLooping is firing' });
    await logfire.until(() => logfire.spanNamed('POST /chat') !== undefined);
    const shown = (name: string) => logfire.spanNamed(name)?.attributes;
    expect(shown('POST /chat')).toMatchObject({ 'logfire.msg': 'POST /chat: 200', 'logfire.level_num': 9 });
    expect(shown('chat bruno-sre')).toMatchObject({
      'logfire.msg': 'chat bruno-sre: failed: OllamaModelNotFound',
      'logfire.level_num': 17,
      'logfire.span_type': 'span',
    });
    expect(shown('invoke_agent jamie')?.['logfire.msg']).toBe(
      'invoke_agent jamie: answered by runbooks, degraded',
    );
    expect(shown('retrieval runbooks')?.['logfire.msg']).toMatch(/^retrieval runbooks: \d found$/);
    expect(collector.everything).not.toContain('logfire.msg');
  });

  it('needs no collector beside it, and gets nothing when that is forbidden', async () => {
    const alone = { ...toLogfire(), OTEL_EXPORTER_OTLP_ENDPOINT: '' };
    const { chat, close } = await start(alone);
    await chat({ message: 'hm?' });
    await logfire.until(() => logfire.spanNamed('POST /chat') !== undefined);
    await close();
    const before = logfire.requests.length;
    const silent = await start({ ...toLogfire(), LOGFIRE_SEND_TO_LOGFIRE: 'false' });
    await silent.chat({ message: 'hm?' });
    await silent.spanNamed('POST /chat');
    await silent.close();
    expect(logfire.requests).toHaveLength(before);
  });
});

describe('the standard variables', () => {
  it('send each signal to its own address, packed', async () => {
    const [traces, metrics] = await Promise.all([OtlpReceiver.start(), OtlpReceiver.start()]);
    running.push({ close: () => traces.stop() }, { close: () => metrics.stop() });
    const { chat } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${traces.url}/t/v1/traces`,
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${metrics.url}/m/v1/metrics`,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_METRIC_EXPORT_INTERVAL: '200',
      OTEL_RESOURCE_ATTRIBUTES: 'team=sre%20one,service.name=from-the-list',
    });
    await chat({ message: 'hm?' });
    await traces.until(() => traces.spanNamed('POST /chat') !== undefined);
    await metrics.until(() => metrics.metrics.length > 0);
    for (const { headers } of [...traces.requests, ...metrics.requests]) {
      expect(headers['content-encoding']).toBe('gzip');
    }
    expect(metrics.metricsResource).toMatchObject({ team: 'sre one', 'service.name': 'from-the-list' });
    expect([traces.metrics, metrics.spans]).toEqual([[], []]);
  });

  it('leave a signal out', async () => {
    const { chat, collector, close } = await start({ OTEL_METRICS_EXPORTER: 'none' });
    await chat({ message: 'hm?' });
    await close();
    expect(collector.spanNamed('POST /chat')).toBeDefined();
    expect(collector.metrics).toEqual([]);
  });
});
