import { connect } from 'node:net';
import { OllamaStandIn, ollamaAnswer, ollamaRefusal } from '@jamie/testing';
import { routes } from '../../src/http/routes';
import { type TestJamie, startTestJamie } from '../harness';
import { until } from './support/prometheus';
import { promtoolComplaints, samplesOf, strictlyParsed } from './support/exposition';

// Child processes on a busy machine.
jest.setTimeout(120_000);

let ollama: OllamaStandIn;
let jamie: TestJamie;

beforeEach(async () => {
  ollama = await OllamaStandIn.start({ models: ['bruno-sre', hostileModel], parallel: 8 });
});
afterEach(async () => {
  await jamie.close();
  await ollama.stop();
});

const hostileModel = 'evil"}\\\n# TYPE x counter\nx 1 {';

const textFormat = ['charset=utf-8', 'text/plain', 'version=0.0.4'];
const typeOf = ({ headers }: Response): string[] =>
  (headers.get('content-type') ?? '').split('; ').toSorted();

async function scrape(): Promise<string> {
  const response = await fetch(`${jamie.metricsUrl}/metrics`);
  expect(response.status).toBe(200);
  expect(typeOf(response)).toEqual(textFormat);
  return response.text();
}

/** Valid for promtool and for the strict parser, and of one shape. */
function expectValid(text: string): void {
  expect(promtoolComplaints(text)).toEqual([]);
  expect(strictlyParsed(text)).toBe(samplesOf(text).length);
  expect(familiesOfManyShapes(text)).toEqual([]);
}

/** Metrics whose series do not all have the same label names: such series get lost in sums and joins. */
function familiesOfManyShapes(text: string): string[] {
  const shapes = new Map<string, Set<string>>();
  for (const { name, labels } of samplesOf(text)) {
    const shape = Object.keys(labels).toSorted().join();
    shapes.set(name, (shapes.get(name) ?? new Set()).add(shape));
  }
  return [...shapes].filter(([, { size }]) => size > 1).map(([name]) => name);
}

describe('GET /metrics', () => {
  test('is valid before anything has happened, and nothing is counted yet but the scrape', async () => {
    jamie = await startTestJamie({ OLLAMA_URL: ollama.url });
    expectValid(await scrape());
    const counted = samplesOf(await scrape()).filter(
      ({ name, value }) => value > 0 && /^(ollama|slack|api|http)_.*_(total|count|sum)$/.test(name),
    );
    // On a busy machine the warm-up takes so long that it looks like a load of the model.
    const others = counted.filter(
      ({ name, labels }) =>
        labels['route'] !== '/metrics' && !name.startsWith('ollama_model_load_duration_seconds'),
    );
    expect(others).toEqual([]);
    expect(counted.some(({ labels }) => labels['route'] === '/metrics')).toBe(true);
  });

  test('is valid under load, while answers run, fail and are turned away', async () => {
    jamie = await startTestJamie({
      OLLAMA_URL: ollama.url,
      OLLAMA_MAX_IN_FLIGHT: '4',
      OLLAMA_MAX_QUEUE: '4',
    });
    ollama.script(({ messages }) =>
      messages.at(-1)?.content.includes('fail')
        ? ollamaRefusal(500, '{"error":"boom"}')
        : ollamaAnswer('It is DNS.', { firstChunkDelayMs: 5, chunkDelayMs: 5 }),
    );
    const asks = Array.from({ length: 60 }, (_, index) =>
      jamie.chat({ message: index % 5 === 0 ? `please fail ${index}` : `What is wrong ${index}?` }),
    );
    const refused = Array.from({ length: 10 }, () => jamie.chat({ message: 7 }));
    const scrapes = await Promise.all(Array.from({ length: 8 }, scrape));
    const responses = await Promise.all([...asks, ...refused]);
    await Promise.all(responses.map((response) => response.text()));
    // Judged only now: that blocks this process, and Jamie with it.
    for (const scraped of scrapes) expectValid(scraped);
    let text = '';
    const sum = (name: string, label: string, value: string): number =>
      samplesOf(text)
        .filter((sample) => sample.name === name && sample.labels[label] === value)
        .reduce((total, sample) => total + sample.value, 0);
    // A response is counted when it is closed, which may be after its client has read it.
    await until('all seventy are counted', async () => {
      text = await scrape();
      const [successes, errors] = ['success', 'error'].map((status) =>
        sum('api_chat_requests_total', 'status', status),
      );
      return (successes ?? 0) + (errors ?? 0) === 70;
    });
    expectValid(text);
    expect(sum('ollama_errors_total', 'model', 'bruno-sre')).toBe(
      sum('ollama_requests_total', 'status', 'error'),
    );
  });

  test("is valid with a model's name that tries to break out of its label", async () => {
    jamie = await startTestJamie({ OLLAMA_URL: ollama.url, MODEL_NAME: hostileModel });
    await jamie.chat({ message: 'What is wrong?' });
    const text = await scrape();
    expectValid(text);
    expect(text).not.toMatch(/^x 1/m);
    const models = new Set(samplesOf(text).flatMap(({ labels }) => labels['model'] ?? []));
    expect(models).toEqual(new Set([String.raw`evil\"}\\\n# TYPE x counter\nx 1 {`]));
  });

  test('is valid, and as long as before, after requests with paths, methods and bodies of all kinds', async () => {
    jamie = await startTestJamie({ OLLAMA_URL: ollama.url });
    const before = samplesOf(await scrape()).length;
    const paths = [
      '/%22%7D%0Ax%201',
      '/chat/../../etc/passwd',
      '/metrics',
      '/💥',
      `/${'a'.repeat(2000)}`,
      '/health?x="}',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PROPFIND', 'OPTIONS'])
        await fetch(jamie.url + encodeURI(path), { method });
    }
    await sendRaw(jamie.url, 'BREW /"}\\ HTTP/1.1\r\nhost: x\r\n\r\n');
    const text = await scrape();
    expectValid(text);
    const told = new Set(samplesOf(text).flatMap(({ labels }) => labels['route'] ?? []));
    const known = ['unmatched', ...routes.map(({ path }) => path)];
    expect([...told].filter((route) => !known.includes(route))).toEqual([]);
    expect(samplesOf(text).length - before).toBeLessThan(200);
  });

  test('stays text 0.0.4 whatever the scraper would like, and keeps the names of counters', async () => {
    jamie = await startTestJamie({ OLLAMA_URL: ollama.url });
    const accept =
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75';
    for (let again = 0; again < 3; again += 1) {
      const response = await fetch(`${jamie.metricsUrl}/metrics`, { headers: { accept } });
      expect(typeOf(response)).toEqual(textFormat);
      expect(await response.text()).toContain('# TYPE ollama_requests_total counter');
    }
  });
});

/** Bytes that no HTTP client would send. */
async function sendRaw(url: string, bytes: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(bytes);
  await new Promise((resolve) => socket.resume().once('close', resolve));
}
