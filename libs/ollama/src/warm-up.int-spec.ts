import { ollamaFailures, OllamaStandIn, RecordingModelObserver } from '@jamie/testing';
import { ask, question, type StartedModel, startModel, until } from '../test/started-model';

let server: OllamaStandIn;
let observer: RecordingModelObserver;
let started: StartedModel;

beforeEach(async () => {
  server = await OllamaStandIn.start({ loaded: false });
  observer = new RecordingModelObserver();
});
afterEach(async () => {
  await started.close();
  await server.stop();
});

const reason = new Error('the asker left');

/** A question that has been told of the load and waits for what comes next. */
async function waitingQuestion(signal: AbortSignal): Promise<{ readonly next: Promise<unknown> }> {
  const events = started.model.generate(question, signal)[Symbol.asyncIterator]();
  expect(await events.next()).toEqual({ done: false, value: { type: 'loading' } });
  return { next: events.next() };
}

const loading = () => server.journal.until((journal) => journal.count('load', 'waiting') === 1);

it('loads at start with the very options of later questions, so that nothing is loaded twice', async () => {
  started = await startModel(observer, server.url);
  await ask(started.model);
  expect(await ask(started.model)).toMatchObject({
    text: 'The disk is full.',
    types: ['thinking', 'text-delta', 'done'],
  });
  expect(server.memory).toMatchObject({ loadsStarted: 1, loadsFinished: 1 });
  const [load] = server.journal.of('load');
  const [chat] = server.journal.of('chat');
  const { messages: none, ...loadBody } = load?.body ?? {};
  const { messages, think, ...chatBody } = chat?.body ?? {};
  expect([none, messages, think]).toEqual([[], [{ role: 'user', content: 'Why is the disk full?' }], false]);
  expect(loadBody).toEqual(chatBody);
  expect(chatBody).toEqual({
    model: 'bruno-sre',
    stream: true,
    truncate: false,
    shift: false,
    keep_alive: '30m',
    options: { num_ctx: 8192, num_predict: 1024, temperature: 0.2 },
  });
});

it.each([
  ['-1', -1],
  ['600', 600],
  ['1h30m', '1h30m'],
])('sends keep_alive %j as the server takes it', async (keepAlive, sent) => {
  started = await startModel(observer, server.url, { keepAlive });
  expect(await ask(started.model)).toMatchObject({ thrown: undefined });
  expect(server.journal.of('chat')[0]?.body?.['keep_alive']).toBe(sent);
});

it('does not delay the start, and lets a question wait for it', async () => {
  server.memory.loadMs = 60_000;
  started = await startModel(observer, server.url);
  await loading();
  const leaving = new AbortController();
  const { next } = await waitingQuestion(leaving.signal);
  leaving.abort(reason);
  await expect(next).rejects.toBe(reason);
  // Nothing was sent for this asker: neither an attempt nor a cancellation.
  expect([observer.attempts, observer.cancelledCount, server.journal.count('chat')]).toEqual([[], 0, 0]);
  expect(server.memory).toMatchObject({ loadsStarted: 1, loadsAborted: 0 });
});

it('is not given up when all who wait leave, and is shared by those who stay', async () => {
  server.memory.loadMs = 300;
  started = await startModel(observer, server.url, { maxInFlight: 10 });
  await loading();
  const leaving = new AbortController();
  const gone = await Promise.all([1, 2, 3].map(() => waitingQuestion(leaving.signal)));
  const stayed = [1, 2, 3].map(() => ask(started.model));
  leaving.abort(reason);
  for (const { next } of gone) await expect(next).rejects.toBe(reason);
  for (const heard of await Promise.all(stayed)) {
    expect(heard).toMatchObject({
      text: 'The disk is full.',
      types: ['loading', 'thinking', 'text-delta', 'done'],
    });
  }
  expect(server.memory).toMatchObject({ loadsStarted: 1, loadsAborted: 0, loadsFinished: 1 });
  expect(server.journal.count('load')).toBe(1);
});

it('outlives the deadlines of questions, which are told that it goes on', async () => {
  server.memory.loadMs = 700;
  started = await startModel(observer, server.url, { firstTokenTimeoutMs: 250 });
  await loading();
  const heard = await ask(started.model);
  expect(heard.thrown).toMatchObject({
    code: 'OllamaTimeout',
    retryable: true,
    message:
      'The model bruno-sre is still being loaded after 0.25 s; loading goes on, so ask again in a minute.',
  });
  expect(observer.errors).toEqual(['OllamaTimeout']);
  await server.journal.until((journal) => journal.count('load', 'finished') === 1);
  expect(await ask(started.model)).toMatchObject({ text: 'The disk is full.' });
  expect(server.memory).toMatchObject({ loadsStarted: 1, loadsAborted: 0 });
});

it('runs again for the next question after the model was found unloaded', async () => {
  started = await startModel(observer, server.url);
  await server.journal.until((journal) => journal.count('load', 'finished') === 1);
  await ask(started.model);
  server.memory.unload();
  expect((await started.model.check(new AbortController().signal)).detail).toContain('not loaded yet');
  expect(await ask(started.model)).toMatchObject({ types: ['loading', 'thinking', 'text-delta', 'done'] });
  expect(server.journal.count('load', 'finished')).toBe(2);
});

it('lets a model whose time ran out rest until somebody asks', async () => {
  started = await startModel(observer, server.url, { refreshIntervalMs: 5 });
  await server.journal.until((journal) => journal.count('load', 'finished') === 1);
  await ask(started.model);
  server.memory.unload();
  const seen = server.journal.count('ps');
  await server.journal.until((journal) => journal.count('ps') >= seen + 3);
  expect(server.journal.count('load')).toBe(1);
});

it('fetches the model back when its server comes back', async () => {
  started = await startModel(observer, server.url, { refreshIntervalMs: 10 });
  await server.journal.until((journal) => journal.count('load', 'finished') === 1);
  await server.stop();
  await until(() => started.model.status().state === 'down');
  await server.start();
  await server.journal.until((journal) => journal.count('load', 'finished') === 2);
  expect(server.journal.count('chat')).toBe(0);
});

it('lets the question itself find out, when it fails', async () => {
  server.scriptLoad(ollamaFailures.loadFailed());
  started = await startModel(observer, server.url);
  expect(await ask(started.model)).toMatchObject({
    text: 'The disk is full.',
    types: ['loading', 'thinking', 'text-delta', 'done'],
  });
  expect(observer.errors).toEqual([]);
});

it('ends with the application', async () => {
  server.memory.loadMs = 60_000;
  started = await startModel(observer, server.url);
  await loading();
  await started.close();
  await server.journal.until((journal) => journal.count('load', 'cancelled') === 1);
});
