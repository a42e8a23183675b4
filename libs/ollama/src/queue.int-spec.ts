import { ModelRejectedError } from '@jamie/core';
import { ollamaAnswer, ollamaFailures, OllamaStandIn, RecordingModelObserver } from '@jamie/testing';
import { ask, type StartedModel, startModel, until } from '../test/started-model';

let server: OllamaStandIn;
let observer: RecordingModelObserver;
let started: StartedModel;

beforeEach(async () => {
  server = await OllamaStandIn.start({ parallel: 10 });
  observer = new RecordingModelObserver();
});
afterEach(async () => {
  await started.close();
  await server.stop();
});

/** A question that keeps its place until it is released. */
async function occupy(): Promise<AbortController> {
  server.next(ollamaFailures.hang());
  const holder = new AbortController();
  void ask(started.model, holder.signal);
  await server.journal.until((journal) => journal.count('chat', 'waiting') === 1);
  return holder;
}

const queued = (waiting: number) => expect(observer.queueStates.at(-1)).toEqual({ inFlight: 1, waiting });

describe('queue', () => {
  it('serves in order and tells everyone how many are ahead', async () => {
    started = await startModel(observer, server.url);
    const holder = await occupy();
    server.script((request) => ollamaAnswer(`re: ${request.messages[0]?.content}`));
    const order: string[] = [];
    const waiting = ['a', 'b', 'c'].map(async (name) => {
      const heard = await ask(started.model, undefined, [{ role: 'user', content: name }]);
      order.push(heard.text);
      return heard.ahead;
    });
    queued(3);
    holder.abort();
    expect(await Promise.all(waiting)).toEqual([[1], [2, 1], [3, 2, 1]]);
    expect(order).toEqual(['re: a', 're: b', 're: c']);
    expect(observer.queueSeconds).toHaveLength(4);
    expect(observer.queueStates.at(-1)).toEqual({ inFlight: 0, waiting: 0 });
  });

  it('turns away who comes when it is full', async () => {
    started = await startModel(observer, server.url, { maxQueue: 1, queueTimeoutMs: 5000 });
    const holder = await occupy();
    const waiting = ask(started.model);
    const { thrown } = await ask(started.model);
    expect(thrown).toBeInstanceOf(ModelRejectedError);
    expect(thrown).toMatchObject({ code: 'QueueFull', retryable: true, retryAfterSeconds: 5 });
    expect(String(thrown)).toContain(
      'The model is busy and 1 questions wait already; ask again in a moment.',
    );
    holder.abort();
    expect(await waiting).toMatchObject({ thrown: undefined });
    expect([observer.rejectedCount, observer.successes]).toEqual([1, 1]);
  });

  it('turns away who waited too long', async () => {
    started = await startModel(observer, server.url, { queueTimeoutMs: 30 });
    const holder = await occupy();
    const { thrown, ahead } = await ask(started.model);
    expect(thrown).toMatchObject({ code: 'QueueTimeout', message: expect.stringContaining('for 0.03 s') });
    expect(ahead).toEqual([1]);
    queued(0);
    expect([observer.rejectedCount, observer.attempts]).toEqual([1, []]);
    holder.abort();
  });

  it('lets a place go at once when the one who waits leaves, and counts nothing', async () => {
    started = await startModel(observer, server.url);
    const holder = await occupy();
    const leaving = new AbortController();
    const first = ask(started.model, leaving.signal);
    const second = ask(started.model);
    queued(2);
    leaving.abort(new Error('left'));
    queued(1);
    expect((await first).thrown).toMatchObject({ message: 'left' });
    holder.abort();
    expect((await second).ahead).toEqual([2, 1]);
    expect([observer.rejectedCount, observer.cancelledCount, observer.attempts.length]).toEqual([0, 1, 1]);
  });

  it('keeps to its number in flight', async () => {
    started = await startModel(observer, server.url, { maxInFlight: 3 });
    await Promise.all(Array.from({ length: 10 }, () => ask(started.model)));
    expect(Math.max(...observer.queueStates.map((state) => state.inFlight))).toBe(3);
    expect(observer.successes).toBe(10);
  });
});

describe('breaker', () => {
  const options = { breakerThreshold: 5, probeDelayMs: 20, probeMaxDelayMs: 40, maxInFlight: 1 };

  async function fail(times: number): Promise<void> {
    for (let failed = 0; failed < times; failed += 1) await ask(started.model);
  }

  it('opens after five failures in a row, answers at once, and closes by a probe of its own', async () => {
    started = await startModel(observer, server.url, {
      ...options,
      firstTokenTimeoutMs: 250,
      probeDelayMs: 300,
    });
    await server.journal.until((journal) => journal.count('load', 'finished') === 1);
    server.script(ollamaFailures.hang());
    await fail(5);
    const asked = server.journal.count('chat');
    const { thrown } = await ask(started.model);
    expect(thrown).toMatchObject({
      code: 'BreakerOpen',
      retryAfterSeconds: 1,
      message: expect.stringMatching(
        /kept failing\. Last reason: The model bruno-sre did not begin to answer/,
      ),
    });
    expect(started.model.status()).toMatchObject({
      state: 'down',
      detail: expect.stringContaining('did not begin'),
    });
    expect([server.journal.count('chat'), observer.rejectedCount]).toEqual([asked, 1]);
    server.script(ollamaAnswer('back again'));
    await server.journal.until((journal) => journal.count('chat', 'finished') === 1);
    const probe = server.journal.of('chat').at(-1)?.body;
    expect(probe).toMatchObject({
      messages: [{ role: 'user', content: 'ping' }],
      options: { num_ctx: 8192, num_predict: 1 },
    });
    await until(() => observer.breakerStates.at(-1) === 'closed');
    expect(await ask(started.model)).toMatchObject({ text: 'back again' });
    expect(observer.breakerStates).toEqual(['open', 'half-open', 'closed']);
    expect([observer.errors.length, observer.successes]).toEqual([5, 1]);
  });

  it('stays open while probes fail', async () => {
    started = await startModel(observer, server.url, options);
    server.script(ollamaFailures.runnerDied());
    await fail(3);
    await server.journal.until((journal) => journal.count('chat', 'finished') >= 8);
    expect(observer.breakerStates.slice(0, 4)).toEqual(['open', 'half-open', 'open', 'half-open']);
    expect(observer.errors).toHaveLength(5);
  });

  it('stops retrying as soon as it is open', async () => {
    started = await startModel(observer, server.url, { ...options, breakerThreshold: 2 });
    server.script(ollamaFailures.queueFull());
    expect((await ask(started.model)).thrown).toMatchObject({ code: 'OllamaBusy' });
    expect(observer.errors).toHaveLength(2);
  });

  it('takes no notice of requests that were wrong in themselves', async () => {
    started = await startModel(observer, server.url, options);
    server.script(ollamaFailures.badRequest());
    await fail(8);
    expect([observer.breakerStates, observer.errors.length]).toEqual([[], 8]);
  });

  it('turns away those who were waiting when it opened', async () => {
    started = await startModel(observer, server.url, {
      ...options,
      breakerThreshold: 1,
      probeDelayMs: 60_000,
      firstTokenTimeoutMs: 60,
    });
    await server.journal.until((journal) => journal.count('load', 'finished') === 1);
    server.script(ollamaFailures.hang());
    const heard = await Promise.all([ask(started.model), ask(started.model), ask(started.model)]);
    expect(heard).toMatchObject([
      { thrown: { code: 'OllamaTimeout' } },
      { thrown: { code: 'BreakerOpen' } },
      { thrown: { code: 'BreakerOpen' } },
    ]);
    expect([observer.errors, observer.rejectedCount]).toEqual([['OllamaTimeout'], 2]);
  });
});
