import { Injectable, Logger } from '@nestjs/common';
import { Posting } from '../delivery/posting';
import { SlackCallError } from '../delivery/slack-call-error';
import { type Json, textOf } from '../fields';
import { IdentityCheck } from '../transport/identity';
import { LRUCache } from 'lru-cache';
import type { Ask } from './ask';
import { Conversation } from './conversation';

const maxThreads = 5000;
const joinedForMs = 24 * 3_600_000;
// Another process may take part in the meantime.
const absentForMs = 60_000;

/** Knows the threads that Jamie takes part in: there people need not mention it. */
@Injectable()
export class Participation {
  private readonly logger = new Logger('Slack');
  private readonly known = new LRUCache<string, boolean>({ max: maxThreads, ttl: joinedForMs });

  constructor(
    private readonly conversation: Conversation,
    private readonly posting: Posting,
    private readonly identity: IdentityCheck,
  ) {}

  joined({ channelId, threadTs }: Ask): void {
    if (threadTs !== undefined) this.known.set(`${channelId}:${threadTs}`, true);
  }

  /** Whether Jamie was named in the thread, or has spoken in it. When nobody can tell, it has not. */
  async takesPart({ channelId, threadTs = '', ts = '' }: Ask): Promise<boolean> {
    const key = `${channelId}:${threadTs}`;
    const remembered = this.known.get(key);
    if (remembered !== undefined) return remembered;
    try {
      const messages = await this.conversation.thread(channelId, threadTs, ts);
      const joined = messages.some((message) => textOf(message, 'ts') !== ts && this.isPart(message));
      this.known.set(key, joined, { ttl: joined ? joinedForMs : absentForMs });
      return joined;
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      this.logger.warn(
        `A message in a thread was left unanswered, because the thread cannot be read: ${thrown.code}`,
      );
      return false;
    }
  }

  private isPart(message: Json): boolean {
    const bot = this.identity.current?.botUserId;
    const named = bot !== undefined && (textOf(message, 'text') ?? '').includes(`<@${bot}`);
    return named || this.posting.isOwn(message);
  }
}
