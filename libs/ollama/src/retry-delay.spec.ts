import { retryDelayMs } from './retry-delay';

const delays = { retryDelayMs: 500, retryMaxDelayMs: 8000 };

it('waits twice as long each time, of which half is chance', () => {
  expect([1, 2, 3].map((made) => retryDelayMs(made, delays, 0))).toEqual([250, 500, 1000]);
  expect([1, 2, 3].map((made) => retryDelayMs(made, delays, 1))).toEqual([500, 1000, 2000]);
});

it('never waits longer than its maximum', () => {
  expect(retryDelayMs(30, delays, 1)).toBe(8000);
});
