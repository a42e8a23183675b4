import { Injectable } from '@nestjs/common';
import { type Json, listOf, objectOf, textOf } from '../fields';
import { IdentityCheck } from '../transport/identity';
import { Features } from './features';
import { type Content, type Mark, isSameMark, markOf, plainArguments, sayArguments } from './message-content';
import type { Place } from './place';
import { type Arguments, SlackApi } from './slack-api';
import { SlackCallError } from './slack-call-error';

/** Set on every post: without them Slack fetches what links point to. */
export const noUnfurling = { unfurl_links: false, unfurl_media: false, parse: 'none' };

const refusedShapes = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);
const unchangeable = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);
const pageSize = 200;

/** Puts messages of answers into Slack: each arrives, and none twice. */
@Injectable()
export class Posting {
  constructor(
    readonly api: SlackApi,
    private readonly features: Features,
    private readonly identity: IdentityCheck,
  ) {}

  /** Posts a new message. Answers its `ts`. Throws SlackCallError when Slack refuses it. */
  async post(place: Place, content: Content): Promise<string> {
    const look = () => this.findPosted(place, content.mark);
    const base = { channel: place.channel, ...thread(place), ...noUnfurling };
    return this.inSomeShape(content, (shape) =>
      this.api.insist({
        method: 'chat.postMessage',
        args: { ...base, ...shape },
        look,
        read: (fields) => textOf(fields, 'ts') ?? '',
      }),
    );
  }

  /** Makes the message say this and nothing else. */
  async rewrite(place: Place, ts: string, content: Content): Promise<void> {
    const look = () => this.isMarked(place, ts, content.mark);
    await this.inSomeShape(content, (shape) =>
      this.api.insist({
        method: 'chat.update',
        args: { channel: place.channel, ts, ...shape },
        look,
        read: () => true,
      }),
    );
  }

  /** Like `rewrite`; a message that cannot be changed any more is followed by a new one. */
  async rewriteOrPost(place: Place, ts: string, content: Content): Promise<void> {
    try {
      await this.rewrite(place, ts, content);
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError) || !unchangeable.has(thrown.code)) throw thrown;
      await this.post(place, content);
    }
  }

  /**
   * Where the direct messages with this person are. Without the permission to open them the person's own id stands for
   * them, https://docs.slack.dev/reference/methods/chat.postMessage#channels
   */
  async directMessages(users: string): Promise<string> {
    const read = (fields: Json) => textOf(objectOf(fields, 'channel'), 'id') ?? users;
    try {
      return await this.api.insist({ method: 'conversations.open', args: { users }, read });
    } catch (thrown) {
      if (thrown instanceof SlackCallError && thrown.code === 'missing_scope') return users;
      throw thrown;
    }
  }

  /** Own messages of this thread, or at the top level of a direct message, oldest first, from `since` on. */
  async ownMessages(place: Place, since?: string): Promise<readonly Json[]> {
    const { channel, threadTs } = place;
    const common = {
      channel,
      limit: pageSize,
      include_all_metadata: true,
      ...(since && { oldest: since, inclusive: true }),
    };
    const read = (fields: Json) => listOf(fields, 'messages').filter((message) => this.isOwn(message));
    if (threadTs === undefined) {
      const newestFirst = await this.api.insist({ method: 'conversations.history', args: common, read });
      return newestFirst.toReversed();
    }
    return this.api.insist({ method: 'conversations.replies', args: { ...common, ts: threadTs }, read });
  }

  /** Whether the message carries exactly this mark by now. */
  async isMarked(place: Place, ts: string, mark: Mark): Promise<true | undefined> {
    const messages = await this.seen(place, ts);
    return (
      messages.some((message) => textOf(message, 'ts') === ts && isSameMark(markOf(message), mark)) ||
      undefined
    );
  }

  isOwn(message: Json): boolean {
    const { botId, botUserId } = this.identity.current ?? {};
    const [bot, user] = [textOf(message, 'bot_id'), textOf(message, 'user')];
    return (bot !== undefined && bot === botId) || (user !== undefined && user === botUserId);
  }

  /** Finds the message that carries this mark. */
  async findPosted(place: Place, mark: Mark): Promise<string | undefined> {
    const messages = await this.seen(place);
    return textOf(
      messages.find((message) => isSameMark(markOf(message), mark)),
      'ts',
    );
  }

  /** Nothing when Slack does not let the app read here: then a second message is better than none. */
  private async seen(place: Place, since?: string): Promise<readonly Json[]> {
    try {
      return await this.ownMessages(place, since);
    } catch (thrown) {
      if (thrown instanceof SlackCallError) return [];
      throw thrown;
    }
  }

  /** As it should be; failing that without what stands below; failing that as plain text. */
  private async inSomeShape<T>(content: Content, send: (shape: Arguments) => Promise<T>): Promise<T> {
    const { extras, ...bare } = content;
    const shapes = [sayArguments(bare), plainArguments(content)];
    if (extras !== undefined && this.features.has('feedback')) shapes.unshift(sayArguments(content));
    for (;;) {
      const shape = shapes.shift() ?? plainArguments(content);
      try {
        return await send(shape);
      } catch (thrown) {
        const mayTryNext =
          thrown instanceof SlackCallError && refusedShapes.has(thrown.code) && shapes.length > 0;
        if (!mayTryNext) throw thrown;
        if (shapes.length === 2) this.features.turnOff('feedback', thrown);
      }
    }
  }
}

function thread({ threadTs }: Place): { readonly thread_ts?: string } {
  return threadTs === undefined ? {} : { thread_ts: threadTs };
}
