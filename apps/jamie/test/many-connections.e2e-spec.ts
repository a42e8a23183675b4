import { type Samples, parseMetrics, startOllamaProcess, sumOf } from '@jamie/testing';
import { addressesOf, startBuiltJamie, stopBuiltJamies } from './built-jamie';
import { askAtOnce } from './harness';

const connections = 2000;
// Sockets that linger for a moment, and what the runtime opens once.
const slack = 20;

afterEach(stopBuiltJamies);

async function scrape(metricsUrl: string): Promise<Samples> {
  return parseMetrics(await (await fetch(`${metricsUrl}/metrics`)).text());
}

function countOf(statuses: readonly number[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

it('answers 2,000 connections at once with a slow model, and leaves nothing behind', async () => {
  const ollama = await startOllamaProcess('--first-chunk-delay-ms=200');
  const settings = { OLLAMA_URL: ollama.url, OLLAMA_MAX_IN_FLIGHT: '100', OLLAMA_MAX_QUEUE: '2000' };
  const jamie = startBuiltJamie({
    ...settings,
    // Longer than the whole test may take: how fast the machine is does not matter here.
    OLLAMA_QUEUE_TIMEOUT_MS: '120000',
    OLLAMA_TOTAL_TIMEOUT_MS: '300000',
    RATE_LIMIT_PER_MINUTE: '0',
    WELCOME: 'true',
    LOG_LEVEL: 'warn',
  });
  try {
    const { url, metricsUrl } = await addressesOf(jamie);
    const before = await scrape(metricsUrl);
    const statuses = await askAtOnce(url, connections, { message: 'xyzzy plugh' });
    expect(countOf(statuses)).toEqual({ 200: connections });
    const after = await scrape(metricsUrl);
    expect(sumOf(after, 'ollama_requests_total', { status: 'success' })).toBe(connections);
    expect(sumOf(after, 'api_chat_requests_total', { status: 'success' })).toBe(connections);
    expect(sumOf(after, 'ollama_queue_depth')).toBe(0);
    expect(sumOf(after, 'ollama_requests_in_flight')).toBe(0);
    // The connections to Ollama are kept for the next questions; those of the askers are gone.
    const opened = sumOf(after, 'process_open_fds') - sumOf(before, 'process_open_fds');
    expect(opened).toBeLessThan(100 + slack);
  } finally {
    await ollama.stop();
  }
}, 120_000);
