import { mkdtempSync, rmSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OllamaStandIn, ollamaAnswer } from '@jamie/testing';
import { runbooks } from '../slack/slack-team';
import { startChaosJamie, stopChaosJamies } from './chaos-jamie';
import { type Fate, Ledger, seed } from './ledger';
import { scrape } from './told';
import { askOverRest, patienceMs, recovery } from './traffic';

jest.setTimeout(3 * patienceMs);

const ledger = new Ledger('scarcity');
const state = mkdtempSync(join(tmpdir(), 'jamie-chaos-'));
let ollama: OllamaStandIn;

beforeAll(async () => {
  ollama = await OllamaStandIn.start({ parallel: 100 });
  ollama.script(ollamaAnswer(['All ', 'is ', 'well.'], { chunkDelayMs: 20 }));
});
afterEach(stopChaosJamies);
afterAll(async () => {
  await ollama.stop();
  rmSync(state, { recursive: true, force: true });
});

const settings = () => ({
  OLLAMA_URL: ollama.url,
  RUNBOOKS_DIR: runbooks,
  RATE_LIMIT_PER_MINUTE: '0',
  STATE_DIR: state,
});

async function ask(url: string, count: number): Promise<readonly Fate[]> {
  const asked = Array.from({ length: count }, (_, at) => askOverRest(url, `xyzzy plugh ${at}`));
  return (await Promise.all(asked)).map(({ fate }) => fate);
}

it('answers on although its log cannot be written, the disk being full', async () => {
  const jamie = await startChaosJamie({ ...settings(), LOG_LEVEL: 'trace' }, { log: '/dev/full' });
  const row = ledger.enter('disk full, no log', await ask(jamie.url, 10));
  expect({ ...row, seed }).toMatchObject({ answered: 10 });
  expect(jamie.child.exitCode).toBeNull();
});

it('lives through a time without a free file descriptor', async () => {
  const jamie = await startChaosJamie(settings(), { openFiles: 64 });
  await recovery(jamie);
  const port = Number(new URL(jamie.url).port);
  const crowd: Socket[] = Array.from({ length: 100 }, () =>
    connect(port, '127.0.0.1').on('error', () => undefined),
  );
  await new Promise((resolve) => {
    setTimeout(resolve, 1000);
  });
  const under = ask(jamie.url, 5);
  for (const socket of crowd) socket.destroy();
  const fates = await under;
  const row = ledger.enter(
    'no file descriptor left',
    [...fates.filter((fate) => fate !== 'lost'), ...(await ask(jamie.url, 10))],
    {
      recoveryMs: await recovery(jamie),
    },
  );
  expect({ ...row, seed }).toMatchObject({ lost: 0, apologised: 0 });
  expect(jamie.child.exitCode).toBeNull();
});

it('stays polite under forty times what it can take', async () => {
  const jamie = await startChaosJamie({ ...settings(), OLLAMA_MAX_QUEUE: '16' });
  await recovery(jamie);
  const before = await jamie.measure();
  const result = await ask(jamie.url, 680);
  // Probes would come from the same busy process as the crowd: Jamie's own word is better.
  const stallSeconds = (await scrape(jamie.metricsUrl)).get('nodejs_eventloop_lag_max_seconds') ?? 0;
  const told = `event loop held for ${Math.round(stallSeconds * 1000)} ms at most`;
  const row = ledger.enter('overload', result, { told, recoveryMs: await recovery(jamie) });
  expect({ ...row, seed }).toMatchObject({ lost: 0, doubled: 0 });
  expect(row.answered).toBeGreaterThanOrEqual(17);
  const after = await jamie.measure();
  expect(after.heapBytes - before.heapBytes).toBeLessThan(16 * 1024 * 1024);
});
