import { Breaker } from './breaker';

const states: string[] = [];
let answers: (string | undefined)[] = [];
let probes = 0;
let breaker: Breaker;

beforeEach(() => {
  jest.useFakeTimers();
  states.length = 0;
  probes = 0;
  answers = [];
  breaker = new Breaker(
    { threshold: 5, probeDelayMs: 1000, probeMaxDelayMs: 3000 },
    {
      probe: () => {
        probes += 1;
        return Promise.resolve(answers.shift());
      },
      changed: (state, reason) => states.push(`${state} ${reason}`.trim()),
    },
  );
});
afterEach(() => {
  breaker.stop();
  jest.useRealTimers();
});

const fail = (times: number, reason = 'down') => {
  for (let failed = 0; failed < times; failed += 1) breaker.failed(reason);
};

it('stays closed below its threshold, and counts only failures in a row', () => {
  fail(4);
  breaker.succeeded();
  fail(4);
  expect([breaker.refusal, states]).toEqual([undefined, []]);
});

it('opens at its threshold and says why and for how long', () => {
  fail(4);
  breaker.failed('the last reason');
  expect(breaker.refusal).toEqual({ reason: 'the last reason', retryAfterSeconds: 1 });
  expect(states).toEqual(['open the last reason']);
});

it('closes when a probe succeeds', async () => {
  fail(5);
  await jest.advanceTimersByTimeAsync(1000);
  expect(states).toEqual(['open down', 'half-open down', 'closed']);
  expect([breaker.refusal, probes]).toEqual([undefined, 1]);
});

it('probes less and less often while probes fail, and tells the newest reason', async () => {
  answers = ['still 1', 'still 2', 'still 3'];
  fail(5);
  await jest.advanceTimersByTimeAsync(1000);
  expect(breaker.refusal).toEqual({ reason: 'still 1', retryAfterSeconds: 2 });
  await jest.advanceTimersByTimeAsync(2000);
  expect(breaker.refusal?.retryAfterSeconds).toBe(3);
  await jest.advanceTimersByTimeAsync(3000);
  expect([breaker.refusal?.reason, probes]).toEqual(['still 3', 3]);
  await jest.advanceTimersByTimeAsync(3000);
  expect(breaker.refusal).toBeUndefined();
});

it('closes when a question that was under way succeeds, and probes no more', async () => {
  fail(5);
  breaker.succeeded();
  await jest.advanceTimersByTimeAsync(10_000);
  expect([states, probes]).toEqual([['open down', 'closed'], 0]);
});

it('needs the whole number of failures again after it closed', async () => {
  fail(5);
  await jest.advanceTimersByTimeAsync(1000);
  fail(4);
  expect(breaker.refusal).toBeUndefined();
});

it('is not moved by late failures while it is open', async () => {
  fail(5);
  await jest.advanceTimersByTimeAsync(900);
  fail(3, 'late');
  await jest.advanceTimersByTimeAsync(100);
  expect(states).toEqual(['open down', 'half-open down', 'closed']);
});

it('probes no more once it is stopped', async () => {
  answers = ['still'];
  fail(5);
  breaker.stop();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(probes).toBe(0);
});
