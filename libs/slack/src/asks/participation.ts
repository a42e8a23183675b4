import { Injectable, Logger } from '@nestjs/common';
import { JoinedThreads } from '@jamie/core';
import { LRUCache } from 'lru-cache';
import { Posting } from '../delivery/posting';
import { SlackCallError } from '../delivery/slack-call-error';
import { type Json, textOf } from '../fields';
import { IdentityCheck } from '../transport/identity';
import type { Ask } from './ask';
import { Conversation } from './conversation';

const maxThreads = 5000;
// Threads that Jamie takes no part in are talked in, too, and reading them all the time is more than Slack allows.
const absentForMs = 60_000;
// Behind every timestamp of Slack.
const never = '~';

/** Knows the threads that Jamie takes part in, and since when: there people need not mention it. */
@Injectable()
export class Participation {
  private readonly logger = new Logger('Slack');
  /** Threads that were read not long ago, and Jamie was not in them. */
  private readonly absent = new LRUCache<string, true>({ max: maxThreads, ttl: absentForMs });
  private readonly lookUps = new Map<string, Promise<string>>();

  constructor(
    private readonly conversation: Conversation,
    private readonly posting: Posting,
    private readonly identity: IdentityCheck,
    private readonly threads: JoinedThreads,
  ) {}

  async joined({ channelId, threadTs, ts }: Ask): Promise<void> {
    if (threadTs !== undefined && ts !== undefined) await this.threads.join(`${channelId}:${threadTs}`, ts);
  }

  /**
   * Whether Jamie had been named in the thread, or had spoken in it, before this was said: events come late at times.
   * When nobody can tell, it had not.
   */
  async takesPart(ask: Ask): Promise<boolean> {
    const { channelId, threadTs = '', ts = '' } = ask;
    const thread = `${channelId}:${threadTs}`;
    const since = await this.threads.since(thread);
    if (since !== undefined) return since < ts;
    return !this.absent.has(thread) && (await this.lookUp(thread, ask)) < ts;
  }

  /** However many messages of a thread arrive at once, it is read once. */
  private lookUp(thread: string, ask: Ask): Promise<string> {
    const running = this.lookUps.get(thread);
    if (running !== undefined) return running;
    const lookUp = this.read(thread, ask).finally(() => this.lookUps.delete(thread));
    this.lookUps.set(thread, lookUp);
    return lookUp;
  }

  private async read(thread: string, { channelId, threadTs = '', ts = '' }: Ask): Promise<string> {
    try {
      const messages = await this.conversation.thread(channelId, threadTs, ts);
      const first = messages.find((message) => textOf(message, 'ts') !== ts && this.isPart(message));
      const since = textOf(first, 'ts');
      if (since === undefined) this.absent.set(thread, true);
      else await this.threads.join(thread, since);
      return since ?? never;
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
