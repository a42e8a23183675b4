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
// Behind every timestamp of Slack.
const never = '~';

/** Knows the threads that Jamie takes part in, and since when: there people need not mention it. */
@Injectable()
export class Participation {
  private readonly logger = new Logger('Slack');
  /** The `ts` since when; `never` for a while after it was found to be so. */
  private readonly since = new LRUCache<string, string>({ max: maxThreads, ttl: joinedForMs });
  private readonly lookUps = new Map<string, Promise<string>>();

  constructor(
    private readonly conversation: Conversation,
    private readonly posting: Posting,
    private readonly identity: IdentityCheck,
  ) {}

  joined({ channelId, threadTs, ts }: Ask): void {
    if (threadTs === undefined || ts === undefined) return;
    const key = `${channelId}:${threadTs}`;
    const known = this.since.get(key) ?? never;
    if (ts < known) this.since.set(key, ts);
  }

  /**
   * Whether Jamie had been named in the thread, or had spoken in it, before this was said: events come late at times.
   * When nobody can tell, it had not.
   */
  async takesPart(ask: Ask): Promise<boolean> {
    const { channelId, threadTs = '', ts = '' } = ask;
    const key = `${channelId}:${threadTs}`;
    const since = this.since.get(key) ?? (await this.lookUp(key, ask));
    return since < ts;
  }

  /** However many messages of a thread arrive at once, it is read once. */
  private lookUp(key: string, ask: Ask): Promise<string> {
    const running = this.lookUps.get(key);
    if (running !== undefined) return running;
    const lookUp = this.read(key, ask).finally(() => this.lookUps.delete(key));
    this.lookUps.set(key, lookUp);
    return lookUp;
  }

  private async read(key: string, { channelId, threadTs = '', ts = '' }: Ask): Promise<string> {
    try {
      const messages = await this.conversation.thread(channelId, threadTs, ts);
      const first = messages.find((message) => textOf(message, 'ts') !== ts && this.isPart(message));
      const since = textOf(first, 'ts') ?? never;
      this.since.set(key, since, { ttl: since === never ? absentForMs : joinedForMs });
      return since;
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      this.logger.warn(
        `A message in a thread was left unanswered, because the thread cannot be read: ${thrown.code}`,
      );
      return never;
    }
  }

  private isPart(message: Json): boolean {
    const bot = this.identity.current?.botUserId;
    const named = bot !== undefined && (textOf(message, 'text') ?? '').includes(`<@${bot}`);
    return named || this.posting.isOwn(message);
  }
}
