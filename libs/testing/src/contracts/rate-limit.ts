import type { RateLimit, RateRule } from '@jamie/core';

/** What every rate limit does. */
export function describeRateLimit(name: string, open: (rule: RateRule) => Promise<RateLimit>): void {
  describe(`a rate limit ${name}`, () => {
    it('gives each its points, and says when there are more', async () => {
      const limit = await open({ name: 'asks', points: 2, seconds: 60 });
      expect([await limit.take('a'), await limit.take('a'), await limit.take('b')]).toEqual([0, 0, 0]);
      const waitMs = await limit.take('a');
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(60_000);
    });

    it('counts what comes at once', async () => {
      const limit = await open({ name: 'asks', points: 10, seconds: 60 });
      const waits = await Promise.all(Array.from({ length: 30 }, () => limit.take('a')));
      expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(10);
    });

    it('gives points again in the next window', async () => {
      const limit = await open({ name: 'asks', points: 1, seconds: 1 });
      await limit.take('a');
      while ((await limit.take('a')) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  });
}
