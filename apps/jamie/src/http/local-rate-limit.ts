import { RateLimit, type RateRule } from '@jamie/core';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** Counts in this process. */
export class LocalRateLimit extends RateLimit {
  private readonly limiter: RateLimiterMemory;

  constructor({ points, seconds: duration }: RateRule) {
    super();
    this.limiter = new RateLimiterMemory({ points, duration });
  }

  async take(key: string): Promise<number> {
    try {
      await this.limiter.consume(key);
      return 0;
    } catch (thrown) {
      if (thrown instanceof RateLimiterRes) return Math.max(1, thrown.msBeforeNext);
      throw thrown;
    }
  }
}
