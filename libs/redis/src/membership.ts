import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { keys } from './keys';
import type { RedisConnection } from './redis-connection';
import type { RedisSettings } from './redis-options';
import { script } from './script';

/** Answers whether the replica had been given up, and since when the database has its data. */
const beat = script(`
local gone = redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'GET') == false
redis.call('SET', KEYS[2], ARGV[2], 'NX')
local birth = redis.call('GET', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local now = redis.call('TIME')
local untilMs = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[1]
for i = 4, #ARGV do redis.call('ZADD', KEYS[3], 'XX', untilMs, ARGV[i]) end
return { gone and 1 or 0, birth }
`);

const leave = script(`return redis.call('DEL', KEYS[1])`);

const beatsPerLease = 4;
const birthKnownForMs = 30 * 24 * 3_600_000;

/**
 * Tells the other replicas again and again that this one lives. While they have heard of it within the lease nobody
 * takes over what it works on.
 */
@Injectable()
export class Membership {
  readonly id = randomUUID();
  /** Places at the model that this replica has taken. */
  readonly tickets = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private readonly afterChange: (() => Promise<void>)[] = [];
  private birth: string | undefined;
  /** `performance.now()` up to which the others are known to wait for this replica. */
  private heardUntilMs = 0;
  private times = 0;

  constructor(
    private readonly connection: RedisConnection,
    private readonly settings: RedisSettings,
  ) {
    connection.onConnected(() => this.beat(true));
    this.timer = setInterval(() => void this.beat(false), settings.leaseMs / beatsPerLease).unref();
  }

  get key(): string {
    return keys.replica + this.id;
  }

  /** Grows each time that others may have taken over what this replica had. */
  get lapses(): number {
    return this.times;
  }

  /** Nobody has been able to take anything over since there were so many lapses. */
  covers(lapses: number): boolean {
    return lapses === this.times && performance.now() < this.heardUntilMs;
  }

  /** Called after each connecting, and when the database has lost what was in it. Must not throw. */
  onChange(listener: () => Promise<void>): void {
    this.afterChange.push(listener);
  }

  /** The others need not wait for the lease to end. */
  async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.connection.run(leave, [this.key], []).catch(() => undefined);
  }

  private async beat(connected: boolean): Promise<void> {
    if (!this.connection.usable) return;
    const sentAtMs = performance.now();
    try {
      const reply = await this.connection.run(
        beat,
        [this.key, keys.birth, keys.placesTaken],
        [this.settings.leaseMs, randomUUID(), birthKnownForMs, ...this.tickets],
      );
      if (!Array.isArray(reply)) return;
      const [gone, birth] = reply.map(String);
      // Any command tells Redis that this replica lives: after a pause the first of them hides that it had been given up.
      if (gone === '1' || sentAtMs >= this.heardUntilMs) this.times += 1;
      this.heardUntilMs = sentAtMs + this.settings.leaseMs;
      if (!connected && birth === this.birth) return;
      this.birth = birth;
      for (const listener of this.afterChange) await listener();
    } catch {
      // The connection has told of it.
    }
  }
}
