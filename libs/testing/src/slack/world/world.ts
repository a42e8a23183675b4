import type { Json } from '../json';
import type { Random } from '../../random';
import { cast, homeTeam, makeChannel, stage } from './cast';
import type { Channel, FileRecord, Message, MessageDraft, User, View } from './model';

/** A line that Slack itself shows to one person: a command that failed, a click that timed out. */
export interface Notice {
  readonly userId: string;
  readonly channelId: string;
  readonly text: string;
}

/** What exists: people, channels, messages, files, Home tabs. It sends nothing to anybody. */
export class World {
  readonly users: User[] = cast();
  readonly channels: Channel[] = stage();
  readonly ephemerals: Message[] = [];
  readonly notices: Notice[] = [];
  readonly homes = new Map<string, View>();
  readonly modals = new Map<string, View>();
  readonly files = new Map<string, FileRecord>();
  /** Suggested prompts by channel, titles by channel and thread. */
  readonly prompts = new Map<string, readonly Json[]>();
  readonly titles = new Map<string, string>();
  readonly #messages = new Map<string, Message[]>();
  #lastMicros = 0;

  constructor(readonly random: Random) {}

  /** Unique and increasing, in microseconds, as Slack's timestamps are. */
  nextTs(): string {
    this.#lastMicros = Math.max(Date.now() * 1_000, this.#lastMicros + 1);
    const seconds = Math.floor(this.#lastMicros / 1_000_000);
    return `${seconds}.${String(this.#lastMicros % 1_000_000).padStart(6, '0')}`;
  }

  findUser(reference: string): User | undefined {
    return this.users.find((user) => user.id === reference || user.key === reference);
  }

  /** By id, name or `#name`. */
  findChannel(reference: string): Channel | undefined {
    const name = reference.replace(/^#/, '');
    return this.channels.find((channel) => channel.id === reference || channel.name === name);
  }

  /** @throws when a test names somebody who does not exist. */
  user(reference: string): User {
    const user = this.findUser(reference);
    if (user === undefined) throw new Error(`There is no user ${reference}`);
    return user;
  }

  /** @throws when a test names a channel that does not exist. */
  channel(reference: string): Channel {
    const channel = this.findChannel(reference);
    if (channel === undefined) throw new Error(`There is no channel ${reference}`);
    return channel;
  }

  /** The direct messages between a person and the app; opened when they do not exist yet. */
  directMessagesOf(userId: string): Channel {
    const id = `D${userId.slice(1)}`;
    const existing = this.channels.find((channel) => channel.id === id);
    if (existing !== undefined) return existing;
    const opened = makeChannel(id, id, 'im', { members: new Set([userId, 'U0JAMIE']) });
    this.channels.push(opened);
    return opened;
  }

  create(draft: MessageDraft): Message {
    const message: Message = {
      teamId: homeTeam.id,
      own: false,
      markdown: false,
      blocks: [],
      attachments: [],
      files: [],
      ...draft,
      ts: this.nextTs(),
      createdAtMs: Date.now(),
      deleted: false,
      reactions: new Map(),
      earlier: [],
    };
    if (message.visibleTo === undefined) this.#in(message.channelId).push(message);
    else this.ephemerals.push(message);
    return message;
  }

  /** Oldest first, deleted ones left out. */
  messagesIn(channelId: string): Message[] {
    return this.#in(channelId).filter((message) => !message.deleted);
  }

  allMessages(): Message[] {
    return [...this.#messages.values()].flat();
  }

  find(channelId: string, ts: string): Message | undefined {
    return this.messagesIn(channelId).find((message) => message.ts === ts);
  }

  /** Root first, then its replies; without the root when that was deleted. */
  thread(channelId: string, rootTs: string): Message[] {
    return this.messagesIn(channelId).filter(({ ts, threadTs }) => ts === rootTs || threadTs === rootTs);
  }

  #in(channelId: string): Message[] {
    const existing = this.#messages.get(channelId);
    if (existing !== undefined) return existing;
    const made: Message[] = [];
    this.#messages.set(channelId, made);
    return made;
  }
}
