import { ollamaAnswer, ollamaFailures, OllamaStandIn, RecordingModelObserver } from '@jamie/testing';
import { ask, question, type StartedModel, startModel, until } from '../test/started-model';

let server: OllamaStandIn;
let observer: RecordingModelObserver;
let started: StartedModel;

beforeEach(async () => {
  server = await OllamaStandIn.start();
  observer = new RecordingModelObserver();
  started = await startModel(observer, server.url);
  await ask(started.model);
  observer.clear();
  server.journal.clear();
});
afterEach(async () => {
  await started.close();
  await server.stop();
});

const cancelledAt = (count: number) =>
  server.journal.until((journal) => journal.count('chat', 'cancelled') === count);
const reason = new Error('the asker left');

function expectOneCancellation(): void {
  expect([observer.cancelledCount, observer.attempts, observer.rejectedCount]).toEqual([1, [], 0]);
}

describe('the server sees that the asker left', () => {
  it('before the headers', async () => {
    server.script(ollamaFailures.hang());
    const leaving = new AbortController();
    const asking = ask(started.model, leaving.signal);
    await server.journal.until((journal) => journal.count('chat', 'waiting') === 1);
    leaving.abort(reason);
    expect((await asking).thrown).toBe(reason);
    await cancelledAt(1);
    expectOneCancellation();
  });

  it('in the middle of the stream', async () => {
    server.script(ollamaFailures.stallAfter('The '));
    const leaving = new AbortController();
    let thrown: unknown;
    try {
      for await (const event of started.model.generate(question, leaving.signal)) {
        if (event.type === 'text-delta') leaving.abort(reason);
      }
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(reason);
    await cancelledAt(1);
    expectOneCancellation();
  });

  it('by leaving the loop at the first word', async () => {
    server.script(ollamaFailures.stallAfter('The '));
    for await (const event of started.model.generate(question, new AbortController().signal)) {
      if (event.type === 'text-delta') break;
    }
    await cancelledAt(1);
    expectOneCancellation();
  });

  it('by leaving the loop as soon as the request was sent', async () => {
    server.script(ollamaFailures.hang());
    for await (const event of started.model.generate(question, new AbortController().signal)) {
      if (event.type !== 'thinking') continue;
      await server.journal.until((journal) => journal.count('chat', 'waiting') === 1);
      break;
    }
    await cancelledAt(1);
    expectOneCancellation();
  });

  it('by ending the iterator while a word is awaited', async () => {
    server.script(ollamaFailures.hang());
    const iterator = started.model.generate(question, new AbortController().signal)[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next();
    await server.journal.until((journal) => journal.count('chat', 'waiting') === 1);
    await iterator.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await cancelledAt(1);
    expectOneCancellation();
  });

  it('when nobody reads on after aborting, and the next one gets the place', async () => {
    server.next(ollamaFailures.stallAfter('The '));
    const leaving = new AbortController();
    const iterator = started.model.generate(question, leaving.signal)[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    leaving.abort(reason);
    await cancelledAt(1);
    expect(await ask(started.model)).toMatchObject({ text: 'The disk is full.', thrown: undefined });
    expect(observer.queueStates.at(-1)).toEqual({ inFlight: 0, waiting: 0 });
  });
});

it('sends nothing for a signal that was aborted before', async () => {
  expect((await ask(started.model, AbortSignal.abort(reason))).thrown).toBe(reason);
  expect([server.journal.count('chat'), observer.cancelledCount, observer.attempts]).toEqual([0, 0, []]);
});

it('counts nothing for an asker who leaves between two attempts', async () => {
  await started.close();
  started = await startModel(observer, server.url, {
    retryDelayMs: 60_000,
    retryMaxDelayMs: 60_000,
    totalTimeoutMs: 120_000,
  });
  server.script(ollamaFailures.queueFull());
  const leaving = new AbortController();
  const asking = ask(started.model, leaving.signal);
  await until(() => observer.errors.length === 1);
  leaving.abort(reason);
  expect((await asking).thrown).toBe(reason);
  expect(observer.cancelledCount).toBe(0);
});

it('calls it a success when the asker leaves after the last word', async () => {
  server.script(ollamaAnswer('done'));
  for await (const event of started.model.generate(question, new AbortController().signal)) {
    if (event.type === 'done') break;
  }
  expect([observer.successes, observer.cancelledCount]).toEqual([1, 0]);
});

it('gives the place back when the server is done, not when a slow reader is', async () => {
  server.script(ollamaAnswer('one two three'));
  const slow = started.model.generate(question, new AbortController().signal)[Symbol.asyncIterator]();
  await slow.next();
  await server.journal.until((journal) => journal.count('chat', 'finished') === 1);
  expect(await ask(started.model)).toMatchObject({ text: 'one two three', thrown: undefined });
  await slow.return?.();
  expect([observer.successes, observer.cancelledCount]).toEqual([2, 0]);
});

it('keeps its connection for the next question after a whole answer', async () => {
  // What is asked at the start, all at once, has connections of its own.
  await until(() => started.model.status().state === 'up', 20_000);
  const before = server.connections;
  for (let asked = 0; asked < 5; asked += 1) await ask(started.model);
  expect(server.connections).toBe(before);
});
