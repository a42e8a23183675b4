import {
  type OllamaBehaviour,
  ollamaAnswer,
  ollamaFailures,
  OllamaStandIn,
  RecordingModelObserver,
} from '@jamie/testing';
import { ask, question, type StartedModel, startModel, until } from '../test/started-model';

let server: OllamaStandIn;
let observer: RecordingModelObserver;
let started: StartedModel;

beforeEach(async () => {
  server = await OllamaStandIn.start({ parallel: 40 });
  observer = new RecordingModelObserver();
  started = await startModel(observer, server.url, {
    maxInFlight: 40,
    maxQueue: 1000,
    queueTimeoutMs: 30_000,
    totalTimeoutMs: 30_000,
    firstTokenTimeoutMs: 10_000,
  });
  await server.journal.until((journal) => journal.count('load', 'finished') === 1);
});
afterEach(async () => {
  await started.close();
  await server.stop();
});

const behaviours: readonly OllamaBehaviour[] = [
  ollamaAnswer('one two three'),
  ollamaAnswer('split ✓', { framing: 'split' }),
  ollamaFailures.runnerDied(),
  ollamaFailures.noDoneAfter('partly'),
  ollamaFailures.runnerDiedAfter(),
  ollamaFailures.queueFull(),
  ollamaFailures.badRequest(),
  ollamaFailures.cut(),
  ollamaFailures.emptyAnswer(),
  ollamaAnswer('slow', { firstChunkDelayMs: 5 }),
];

it('counts what the server saw, through four hundred mixed questions', async () => {
  let played = 0;
  server.script((request) => {
    if (request.messages[0]?.content === 'leave') return ollamaFailures.stallAfter('first ');
    played += 1;
    return behaviours[(played * 7) % behaviours.length] ?? ollamaAnswer('ok');
  });
  const leave = async () => {
    for await (const event of started.model.generate(
      [{ role: 'user', content: 'leave' }],
      new AbortController().signal,
    )) {
      if (event.type === 'text-delta') break;
    }
  };
  const asks = Array.from({ length: 400 }, (_, index) => (index % 4 === 3 ? leave() : ask(started.model)));
  await Promise.all(asks);
  await server.journal.until((journal) => journal.count('chat', 'cancelled') === 100);
  const chats = server.journal.of('chat');
  const answered = chats.filter((entry) => entry.answered && entry.chunksSent > 0);
  expect(observer.successes).toBe(answered.length);
  expect(observer.cancelledCount).toBe(100);
  expect(observer.attempts.length + observer.cancelledCount).toBe(chats.length);
  expect(observer.errors.length).toBe(chats.length - answered.length - 100);
  expect(observer.rejectedCount).toBe(0);
  expect(observer.queueSeconds).toHaveLength(400);
  expect(observer.tokenCounts).toHaveLength(answered.length);
  expect(observer.queueStates.at(-1)).toEqual({ inFlight: 0, waiting: 0 });
  expect(server.memory.loadsFinished).toBeLessThanOrEqual(1);
}, 30_000);

it('measures from sending to the end and to the first token', async () => {
  server.script(ollamaAnswer('one two', { firstChunkDelayMs: 40, chunkDelayMs: 20 }));
  expect(await ask(started.model)).toMatchObject({
    done: { usage: { promptTokens: 6, completionTokens: 3 } },
  });
  const [attempt] = observer.attempts;
  expect(attempt?.durationSeconds).toBeGreaterThan(0.075);
  expect(observer.firstTokenSeconds[0]).toBeGreaterThan(0.035);
  expect(observer.firstTokenSeconds[0]).toBeLessThan(attempt?.durationSeconds ?? 0);
  expect(observer.tokenCounts).toEqual([{ prompt: 6, completion: 3 }]);
});

it('calls the first thought the first token', async () => {
  const line = JSON.stringify({ message: { content: 'so' }, done: true, done_reason: 'stop' });
  const endAfter = until(() => observer.firstTokenSeconds.length === 1);
  server.script(ollamaAnswer([], { thinking: ['hm'], ending: { kind: 'line', line }, endAfter }));
  expect(await ask(started.model)).toMatchObject({ text: 'so', thrown: undefined });
  expect(observer.firstTokenSeconds).toHaveLength(1);
});

it('tells of a load that an attempt had to wait for', async () => {
  server.script(ollamaAnswer('ok', { metrics: { load_duration: 2_500_000_000 } }));
  await ask(started.model);
  server.script(ollamaAnswer('ok', { metrics: { load_duration: 90_000_000 } }));
  await ask(started.model);
  expect(observer.loadSeconds).toEqual([2.5]);
});

it.each([
  [{ prompt_eval_count: 'many', eval_count: 3 }, [{ prompt: 0, completion: 3 }]],
  [{ prompt_eval_count: 5.5, eval_count: -1 }, []],
  [{ prompt_eval_count: undefined, eval_count: null }, []],
])('takes only whole numbers as counts: %j', async (metrics, counts) => {
  server.script(ollamaAnswer('ok', { metrics }));
  expect(await ask(started.model)).toMatchObject({ text: 'ok', thrown: undefined });
  expect(observer.tokenCounts).toEqual(counts);
});

describe('input budget', () => {
  it('starts with three characters per token of what the context has to spare', () => {
    expect(started.model.inputBudgetCharacters()).toBe(Math.floor((8192 - 1024 - 819.2) * 3));
  });

  it('grows with tokens that hold more, and shrinks at once when a prompt did not fit', async () => {
    const long = [{ role: 'user', content: 'x'.repeat(4000) }] as const;
    await ask(started.model, undefined, long);
    const grown = started.model.inputBudgetCharacters();
    expect(grown).toBeGreaterThan(Math.floor((8192 - 1024 - 819.2) * 3));
    server.script(ollamaFailures.nativeOverflow(2000, 8192));
    expect((await ask(started.model, undefined, long)).thrown).toMatchObject({ promptTooLong: true });
    expect(started.model.inputBudgetCharacters()).toBe(Math.floor((8192 - 1024 - 819.2) * 2));
  });

  it('learns how much context the model really has', async () => {
    server.script(ollamaFailures.nativeOverflow(5000, 4096));
    await ask(started.model, undefined, [{ role: 'user', content: 'x'.repeat(15_000) }]);
    expect(started.model.inputBudgetCharacters()).toBe(Math.floor((4096 - 1024 - 409.6) * 3));
  });

  it('is refused by the server beyond its context, in numbers', async () => {
    const { thrown } = await ask(started.model, undefined, [{ role: 'user', content: 'x'.repeat(40_000) }]);
    expect(thrown).toMatchObject({
      promptTooLong: true,
      message: expect.stringContaining('10000 tokens, room for 8192'),
    });
    expect(question).toHaveLength(1);
  });
});
