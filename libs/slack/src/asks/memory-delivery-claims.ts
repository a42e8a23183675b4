import { Injectable } from '@nestjs/common';
import { DeliveryClaims } from '@jamie/core';
import { LRUCache } from 'lru-cache';

/** Slack repeats within a day: https://docs.slack.dev/apis/events-api#delayed_events */
export const rememberedMs = 24 * 3_600_000;
const maxKeys = 20_000;

/** Claims of this process. */
@Injectable()
export class MemoryDeliveryClaims extends DeliveryClaims {
  private readonly taken = new LRUCache<string, true>({ max: maxKeys, ttl: rememberedMs });

  claim(keys: readonly string[]): Promise<boolean> {
    const free = keys.every((key) => !this.taken.has(key));
    if (free) for (const key of keys) this.taken.set(key, true);
    return Promise.resolve(free);
  }

  release(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.taken.delete(key);
    return Promise.resolve();
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }
}
