import { RateLimit, type RateRule } from '@jamie/core';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { keys } from './keys';
import type { RedisConnection } from './redis-connection';
import { script, type Script } from './script';

/** Counts in Redis; while that is away each replica counts for itself. */
export class SharedRateLimit extends RateLimit {
  private readonly limiter: RateLimiterRedis;

  constructor(
    connection: RedisConnection,
    rule: RateRule,
    private readonly local: RateLimit,
  ) {
    super();
    const scripts = new Map<string, Script>();
    // What the limiter needs of a client, on a connection that waits for a bounded time only.
    const storeClient = {
      eval: (source: string, on: { readonly keys: string[]; readonly arguments: string[] }) => {
        const known = scripts.get(source) ?? script(source);
        scripts.set(source, known);
        return connection.run(known, on.keys, on.arguments);
      },
    };
    this.limiter = new RateLimiterRedis({
      storeClient,
      useRedisPackage: true,
      points: rule.points,
      duration: rule.seconds,
      keyPrefix: `${keys.rate}:${rule.name}`,
    });
  }

  async take(key: string): Promise<number> {
    try {
      await this.limiter.consume(key);
      return 0;
    } catch (thrown) {
      return thrown instanceof RateLimiterRes ? Math.max(1, thrown.msBeforeNext) : this.local.take(key);
    }
  }
}
