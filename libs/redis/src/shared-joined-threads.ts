import { JoinedThreads } from '@jamie/core';
import { keys } from './keys';
import type { RedisConnection } from './redis-connection';
import { script } from './script';

const join = script(`
local known = redis.call('GET', KEYS[1])
local since = (known and known < ARGV[1]) and known or ARGV[1]
redis.call('SET', KEYS[1], since, 'PX', ARGV[2])
return since
`);

const since = script(`return redis.call('GET', KEYS[1])`);

const rememberedMs = 24 * 3_600_000;

/** Threads that any replica was named in. While Redis is away each replica knows its own. */
export class SharedJoinedThreads extends JoinedThreads {
  constructor(
    private readonly connection: RedisConnection,
    private readonly local: JoinedThreads,
  ) {
    super();
  }

  async join(thread: string, ts: string): Promise<void> {
    await this.local.join(thread, ts);
    await this.connection.run(join, [keys.joined + thread], [ts, rememberedMs]).catch(() => undefined);
  }

  async since(thread: string): Promise<string | undefined> {
    const own = await this.local.since(thread);
    const shared = await this.connection.run(since, [keys.joined + thread], []).catch(() => undefined);
    if (typeof shared !== 'string') return own;
    return own !== undefined && own < shared ? own : shared;
  }
}
