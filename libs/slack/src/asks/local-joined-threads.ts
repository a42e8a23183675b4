import { Injectable } from '@nestjs/common';
import { JoinedThreads } from '@jamie/core';
import { LRUCache } from 'lru-cache';

const maxThreads = 5000;
const joinedForMs = 24 * 3_600_000;

/** What this process knows of. */
@Injectable()
export class LocalJoinedThreads extends JoinedThreads {
  private readonly joined = new LRUCache<string, string>({ max: maxThreads, ttl: joinedForMs });

  join(thread: string, ts: string): Promise<void> {
    const known = this.joined.get(thread);
    this.joined.set(thread, known !== undefined && known < ts ? known : ts);
    return Promise.resolve();
  }

  since(thread: string): Promise<string | undefined> {
    return Promise.resolve(this.joined.get(thread));
  }
}
