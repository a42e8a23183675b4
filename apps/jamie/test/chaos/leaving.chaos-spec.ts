import { OllamaStandIn, ollamaFailures } from '@jamie/testing';
import { type AskInit, type TestJamie, startTestJamie } from '../harness';

const leaversEach = 20;
const withinMs = 1000;

let ollama: OllamaStandIn;
let jamie: TestJamie;

beforeAll(async () => {
  ollama = await OllamaStandIn.start();
  ollama.script(ollamaFailures.stallAfter('The '));
  jamie = await startTestJamie({ OLLAMA_URL: ollama.url, RATE_LIMIT_PER_MINUTE: '0' });
});
afterAll(async () => {
  await jamie.close();
  await ollama.stop();
});

/** Milliseconds from the moment at which the client leaves to the one at which the model's server sees it. */
async function stopTime(init: AskInit): Promise<number> {
  const leaving = new AbortController();
  const arrived = ollama.journal.next('chat');
  const asking = jamie
    .chat({ message: 'hm?' }, { ...init, signal: leaving.signal })
    .then((response) => response.text())
    .catch(() => undefined);
  const entry = await arrived;
  const leftAt = performance.now();
  leaving.abort();
  await asking;
  await ollama.journal.until(() => entry.state === 'cancelled');
  return (entry.endedAt ?? Infinity) - leftAt;
}

it.each([
  ['the whole answer', {}],
  ['a stream', { headers: { accept: 'text/event-stream' } }],
])('stops the model within a second when a client leaves that waits for %s', async (_what, init) => {
  const times: number[] = [];
  for (let leaver = 0; leaver < leaversEach; leaver += 1) times.push(await stopTime(init));
  expect(Math.max(...times)).toBeLessThan(withinMs);
});
