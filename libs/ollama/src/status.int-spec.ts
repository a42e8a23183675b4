import { ollamaFailures, OllamaStandIn, RecordingModelObserver } from '@jamie/testing';
import { ask, type StartedModel, startModel, until } from '../test/started-model';

let server: OllamaStandIn;
let started: StartedModel;
const observer = new RecordingModelObserver();
const never = new AbortController().signal;

beforeEach(async () => {
  server = await OllamaStandIn.start();
  started = await startModel(observer, server.url, { controlTimeoutMs: 500 });
  await server.journal.until((journal) => journal.count('load', 'finished') === 1);
  await until(() => started.model.status().state === 'up', 20_000);
});
afterEach(async () => {
  await started.close();
  await server.stop();
});

const check = () => started.model.check(never);

it('is unknown until the first contact', async () => {
  await started.close();
  server.everywhere(ollamaFailures.hang());
  started = await startModel(observer, server.url);
  expect(started.model.status()).toEqual({
    name: 'model',
    state: 'unknown',
    detail: 'Ollama was not asked yet.',
  });
});

it('knows before the first question what it will meet', async () => {
  await started.close();
  await server.stop();
  started = await startModel(observer, server.url);
  await until(() => started.model.status().state === 'down', 20_000);
  expect(started.model.status().detail).toContain('`ollama serve`');
});

it('says version, model and that it is loaded', async () => {
  const found = await check();
  expect(found).toEqual({
    name: 'model',
    state: 'up',
    detail: `Ollama 0.33.0 at ${server.url} has the model bruno-sre, loaded.`,
  });
  expect(started.model.status()).toEqual(found);
});

it('is up, but cold, when the model is not loaded', async () => {
  server.memory.unload();
  expect(await check()).toMatchObject({
    state: 'up',
    detail: expect.stringContaining('not loaded yet: the first question waits for that'),
  });
});

it('is down without the model, and says what is there and what to do', async () => {
  server.install('llama3.2:3b');
  expect(await check()).toMatchObject({
    state: 'down',
    detail:
      'Ollama does not have the model bruno-sre (it has: llama3.2:3b); create it with `ollama create bruno-sre -f models/bruno-sre/Modelfile`.',
  });
});

it.each([
  ['a proxy', ollamaFailures.proxyError(), /could not reach it/],
  ['a refusal', ollamaFailures.forbidden(), /refused access/],
  [
    'another service',
    { kind: 'refusal', status: 200, body: '<html>', contentType: 'text/html', delayMs: 0 },
    /not a line of its protocol/,
  ],
  ['a broken connection', ollamaFailures.reset(), /connection to Ollama broke/],
  ['silence', ollamaFailures.hang(), /did not say within 0.5 s how it is/],
] as const)('is down before %s', async (_name, behaviour, says) => {
  server.everywhere(behaviour);
  expect(await check()).toMatchObject({ state: 'down', detail: expect.stringMatching(says) });
});

it('is down without a server', async () => {
  await server.stop();
  await check();
  expect(await check()).toMatchObject({ state: 'down', detail: expect.stringContaining('`ollama serve`') });
});

it('never throws: with an aborted signal it says what was known', async () => {
  await check();
  expect(await started.model.check(AbortSignal.abort())).toMatchObject({ state: 'up' });
});

it('follows what happens to questions', async () => {
  server.script(ollamaFailures.queueFull());
  await ask(started.model);
  expect(started.model.status()).toMatchObject({
    state: 'down',
    detail: expect.stringContaining('more requests'),
  });
  server.script(ollamaFailures.badRequest());
  await ask(started.model);
  expect(started.model.status()).toMatchObject({
    state: 'down',
    detail: expect.stringContaining('more requests'),
  });
  server.next({ ...ollamaFailures.doneReasonOnlyAfter('fine') });
  await ask(started.model);
  expect(started.model.status()).toMatchObject({ state: 'up', detail: 'The model bruno-sre answers.' });
});

it('stays true in quiet hours', async () => {
  await started.close();
  started = await startModel(observer, server.url, { refreshIntervalMs: 10 });
  await until(() => started.model.status().state === 'up', 20_000);
  await server.stop();
  await until(() => started.model.status().state === 'down', 20_000);
  await server.start();
  await until(() => started.model.status().state === 'up', 20_000);
});

it('asks no more once it is shut down', async () => {
  await started.close();
  started = await startModel(observer, server.url, { refreshIntervalMs: 5 });
  await server.journal.until((journal) => journal.count('version') >= 2);
  await started.close();
  const seen = server.journal.received;
  expect(await check()).toMatchObject({ state: 'down' });
  await server.restart();
  expect(server.journal.received).toBe(seen);
});

it('answers while all places at the model are taken', async () => {
  server.script(ollamaFailures.hang());
  const leaving = new AbortController();
  const asking = ask(started.model, leaving.signal);
  await server.journal.until((journal) => journal.count('chat', 'waiting') === 1);
  expect(await check()).toMatchObject({ state: 'up' });
  leaving.abort();
  await asking;
});
