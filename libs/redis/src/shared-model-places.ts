import { ModelPlaces, forgottenAfterMs } from '@jamie/core';
import { keys } from './keys';
import type { Membership } from './membership';
import type { RedisConnection } from './redis-connection';
import type { RedisSettings } from './redis-options';
import { script } from './script';

const on = [keys.placesTaken, keys.placesQueue, keys.placesSeen, keys.placesNumber];

/** First come, first served. What is no longer heard of makes room. */
const take = script(`
local taken, queue, seen, number = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ticket, places, lease, patience = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', taken, '-inf', now)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', seen, '-inf', now)) do
  redis.call('ZREM', queue, gone)
  redis.call('ZREM', seen, gone)
end
if not redis.call('ZSCORE', queue, ticket) then
  redis.call('ZADD', queue, redis.call('INCR', number), ticket)
end
local ahead = redis.call('ZRANK', queue, ticket) + redis.call('ZCARD', taken) - places + 1
if ahead <= 0 then
  redis.call('ZREM', queue, ticket)
  redis.call('ZREM', seen, ticket)
  redis.call('ZADD', taken, now + lease, ticket)
else
  redis.call('ZADD', seen, now + patience, ticket)
end
for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], 86400000) end
return math.max(0, ahead)
`);

const giveBack = script(`
for i = 1, 3 do redis.call('ZREM', KEYS[i], ARGV[1]) end
return 1
`);

/** The places at the model, for all replicas together. While Redis is away each replica has all of them. */
export class SharedModelPlaces extends ModelPlaces {
  constructor(
    private readonly connection: RedisConnection,
    private readonly membership: Membership,
    private readonly settings: RedisSettings,
    private readonly maxInFlight: number,
  ) {
    super();
  }

  async take(ticket: string): Promise<number> {
    const given = [ticket, this.maxInFlight, this.settings.leaseMs, forgottenAfterMs];
    try {
      const ahead = Number(await this.connection.run(take, on, given));
      if (ahead === 0) this.membership.tickets.add(ticket);
      return ahead;
    } catch {
      return 0;
    }
  }

  async giveBack(ticket: string): Promise<void> {
    this.membership.tickets.delete(ticket);
    await this.connection.run(giveBack, on, [ticket]).catch(() => undefined);
  }
}
