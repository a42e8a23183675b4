import { type ChatBody, ollamaAnswer, ollamaFailures } from '@jamie/testing';
import { BadDays } from './bad-days';
import { type Fate, seed } from './ledger';
import { scrape } from './told';
import { patienceMs, traffic } from './traffic';

jest.setTimeout(6 * patienceMs);

/** Half an hour of a team that asks a hundred times a minute. */
const waves = 30;
const asksPerWave = 100;
const slackPerWave = 5;
/** Caches fill at first; from here on nothing may grow. */
const settledAfterWave = 10;
const mostHeapGrowth = 8 * 1024 * 1024;
const mostNewHandles = 20;

let days: BadDays;

beforeAll(async () => {
  days = await BadDays.start('http', 'soak');
  days.parts.ollama.script(answerOrFail);
});
afterAll(() => days.close());

function answerOrFail({ messages }: ChatBody) {
  const fails = messages.at(-1)?.content.includes('please fail') === true;
  return fails ? ollamaFailures.outOfMemory() : ollamaAnswer(['All ', 'is ', 'well.'], { chunkDelayMs: 5 });
}

interface Kind {
  readonly body: string;
  readonly accept?: string;
  /** Leaves when the answer begins. */
  readonly leaves?: boolean;
  readonly statuses: readonly number[];
}

const stream = 'text/event-stream';
const turn = (message: string, at: number): string =>
  JSON.stringify({ message: `${message} ${at}`, conversation_id: `team-${at % 50}` });

/** What becomes of a question: where neither the model nor a runbook can answer it, a sentence with 503. */
const question = (message: string, at: number, more: Partial<Kind> = {}): Kind => ({
  body: turn(message, at),
  statuses: [200, 503],
  ...more,
});

/** At times, so that the breaker does not keep all the others from the model. */
const fail = (at: number): string => (at % 3 === 0 ? 'please fail' : '');

/** Ten asks of all sorts. */
const kinds: readonly ((at: number) => Kind)[] = [
  (at) => question('KubePodCrashLooping?', at),
  (at) => question('What does a full disk look like?', at),
  (at) => question('KubePodNotReady, what now?', at, { accept: stream }),
  (at) => question('And then?', at, { accept: stream }),
  (at) => question('Leaving soon', at, { accept: stream, leaves: true }),
  (at) => question(`KubePodCrashLooping ${fail(at)}`, at),
  (at) => question(`xyzzy plugh ${fail(at)}`, at),
  () => ({ body: '{"message":', statuses: [400] }),
  () => ({ body: '{"message":7}', statuses: [400] }),
  (at) => ({ body: JSON.stringify({ message: 'x'.repeat(70_000 + at) }), statuses: [413] }),
];

async function ask({ body, accept = '*/*', leaves = false, statuses }: Kind): Promise<Fate> {
  const leaving = new AbortController();
  const response = await fetch(`${days.parts.jamie.url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body,
    signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(patienceMs)]),
  });
  if (leaves) leaving.abort();
  else await response.text();
  if (!statuses.includes(response.status)) return 'lost';
  return response.ok ? 'answered' : 'apologised';
}

/** As many at once as the model has places and queue for. */
async function wave(number: number): Promise<readonly Fate[]> {
  const fates: Fate[] = [];
  const inSlack = traffic(days.parts, slackPerWave);
  const each = asksPerWave - 2 * slackPerWave;
  let at = 0;
  const client = async (): Promise<void> => {
    while (at < each) {
      const turnOf = number * each + at++;
      const kind = kinds[turnOf % kinds.length];
      if (kind !== undefined) fates.push(await ask(kind(turnOf)));
    }
  };
  await Promise.all(Array.from({ length: 10 }, client));
  return [...fates, ...(await inSlack)];
}

async function measured() {
  const { jamie, slack } = days.parts;
  await slack.settled();
  const { heapBytes, handles } = await jamie.measure();
  const samples = await scrape(jamie.metricsUrl);
  return { heapBytes, handles, files: samples.get('process_open_fds') ?? 0 };
}

it('nothing piles up in half an hour of everything', async () => {
  const fates: Fate[] = [];
  const heaps: number[] = [];
  let before = await measured();
  for (let number = 1; number <= waves; number += 1) {
    fates.push(...(await wave(number)));
    if (number % 5 !== 0) continue;
    const now = await measured();
    if (number === settledAfterWave) before = now;
    heaps.push(now.heapBytes);
  }
  const after = await measured();
  const mebibytes = heaps.map((bytes) => (bytes / 1024 / 1024).toFixed(1)).join(' ');
  const told = `heap MiB ${mebibytes}; handles ${before.handles} → ${after.handles}; files ${before.files} → ${after.files}`;
  const row = days.ledger.enter('soak', fates, { told });
  expect({ ...row, seed }).toMatchObject({ asks: waves * asksPerWave, lost: 0, doubled: 0 });
  expect(after.heapBytes - before.heapBytes).toBeLessThan(mostHeapGrowth);
  expect(after.handles - before.handles).toBeLessThan(mostNewHandles);
  expect(after.files - before.files).toBeLessThan(mostNewHandles);
});
