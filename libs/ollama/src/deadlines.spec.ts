import { Deadlines } from './deadlines';
import type { Trouble } from './trouble';

const passed: Trouble[] = [];
let deadlines: Deadlines;

beforeEach(() => {
  jest.useFakeTimers();
  passed.length = 0;
});
afterEach(() => {
  deadlines.stop();
  jest.useRealTimers();
});

function start(limits: { firstTokenMs: number; idleMs: number; totalMs: number }): void {
  const totalEndsAt = performance.now() + limits.totalMs;
  deadlines = new Deadlines({ ...limits, totalEndsAt }, (trouble) => passed.push(trouble));
}

const generous = { firstTokenMs: 120_000, idleMs: 60_000, totalMs: 300_000 };

it('passes when nothing comes at all, and only then', () => {
  start(generous);
  jest.advanceTimersByTime(119_000);
  expect(passed).toEqual([]);
  jest.advanceTimersByTime(1001);
  expect(passed).toEqual([{ kind: 'deadline', deadline: 'first-token', seconds: 120 }]);
});

it('measures silence from the last sign of life', () => {
  start(generous);
  jest.advanceTimersByTime(100_000);
  deadlines.touch();
  jest.advanceTimersByTime(59_000);
  deadlines.touch();
  jest.advanceTimersByTime(59_000);
  expect(passed).toEqual([]);
  jest.advanceTimersByTime(1001);
  expect(passed).toEqual([{ kind: 'deadline', deadline: 'idle', seconds: 60 }]);
});

it('ends even a steady stream at the total limit', () => {
  start(generous);
  for (let second = 0; second < 299; second += 1) {
    jest.advanceTimersByTime(1000);
    deadlines.touch();
  }
  expect(passed).toEqual([]);
  jest.advanceTimersByTime(1001);
  expect(passed).toEqual([{ kind: 'deadline', deadline: 'total', seconds: 300 }]);
});

it('names the total limit also before the first token', () => {
  start({ ...generous, totalMs: 10_000 });
  jest.advanceTimersByTime(10_001);
  expect(passed).toEqual([{ kind: 'deadline', deadline: 'total', seconds: 10 }]);
});

it('is silent once it was stopped', () => {
  start(generous);
  deadlines.stop();
  jest.advanceTimersByTime(1_000_000);
  expect(passed).toEqual([]);
});
