import type { Ask } from './asks';
import { actionIdsIn } from './interactivity/payloads';
import type { Json } from './json';
import type { Platform } from './platform';
import type { Channel, Message, StreamState } from './world/model';
import { passagesIn, visibleText } from './world/text';

/** One message as somebody sees it. */
export interface Line {
  readonly ts: string;
  readonly channel: string;
  readonly threadTs?: string;
  /** A person's key, `jamie` for the app, or another bot's name. */
  readonly author: string;
  /** All its text: blocks in place of the text where there are any; streams put together. */
  readonly text: string;
  readonly ephemeral: boolean;
  readonly edited: boolean;
  readonly stream?: StreamState;
  readonly files: readonly { readonly name: string; readonly title: string; readonly content: string }[];
  readonly actionIds: readonly string[];
  readonly reactions: readonly string[];
  readonly blocks: readonly Json[];
  readonly metadata?: Json;
}

/** What people see. Without a viewer: what everybody in the channel sees, ephemeral messages left out. */
export class Transcript {
  constructor(private readonly slack: Platform) {}

  /** Top-level messages and broadcast replies, oldest first. */
  channel(channelRef: string, viewer?: string): Line[] {
    return this.#seen(channelRef, viewer).filter((line) => line.threadTs === undefined);
  }

  /** Root and replies, oldest first. */
  thread(channelRef: string, rootTs: string, viewer?: string): Line[] {
    return this.#seen(channelRef, viewer).filter((line) => line.ts === rootTs || line.threadTs === rootTs);
  }

  /** All that stands in somebody's direct messages with the app. */
  directMessages(userRef: string): Line[] {
    const user = this.slack.world.user(userRef);
    return this.#seen(this.slack.world.directMessagesOf(user.id).id, userRef);
  }

  /** Messages that only this person sees, in any channel. */
  ephemerals(userRef: string): Line[] {
    const { id } = this.slack.world.user(userRef);
    return this.slack.world.ephemerals
      .filter((message) => message.visibleTo === id && !message.deleted)
      .map((message) => this.#line(message));
  }

  /** The Home tab's text, line by line; undefined while none was published. */
  home(userRef: string): string | undefined {
    const view = this.slack.world.homes.get(this.slack.world.user(userRef).id);
    if (view === undefined) return undefined;
    return passagesIn(view.content['blocks'], 'home')
      .map(({ text }) => text)
      .join('\n');
  }

  /** Lines that Slack itself showed somebody: a command that failed, a click that timed out. */
  notices(userRef: string): string[] {
    const { id } = this.slack.world.user(userRef);
    return this.slack.world.notices.filter(({ userId }) => userId === id).map(({ text }) => text);
  }

  /** The app's messages in answer to this ask, in its place, as the asker sees them. */
  answersTo(ask: Ask): Line[] {
    return answersTo(this.slack, ask).map((message) => this.#line(message));
  }

  #seen(channelRef: string, viewer: string | undefined): Line[] {
    const { world } = this.slack;
    const channel = world.channel(channelRef);
    const viewerId = viewer === undefined ? undefined : world.user(viewer).id;
    if (viewerId !== undefined && !mayRead(channel, viewerId)) return [];
    const ephemerals = world.ephemerals.filter(
      ({ channelId, visibleTo, deleted }) => channelId === channel.id && visibleTo === viewerId && !deleted,
    );
    return [...world.messagesIn(channel.id), ...ephemerals]
      .sort((left, right) => left.ts.localeCompare(right.ts))
      .map((message) => this.#line(message));
  }

  #line(message: Message): Line {
    return {
      ts: message.ts,
      channel: message.channelId,
      ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
      author: this.#author(message),
      text: visibleText(message),
      ephemeral: message.visibleTo !== undefined,
      edited: message.edited !== undefined,
      ...(message.stream === undefined ? {} : { stream: message.stream.state }),
      files: message.files.map(({ name, title, content }) => ({
        name,
        title,
        content: content?.toString('utf8') ?? '',
      })),
      actionIds: actionIdsIn([message.blocks, message.attachments]),
      reactions: [...message.reactions].filter(([, users]) => users.size > 0).map(([name]) => name),
      blocks: message.blocks,
      ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    };
  }

  #author(message: Message): string {
    const user = message.userId === undefined ? undefined : this.slack.world.findUser(message.userId);
    return user?.key ?? message.username ?? message.botId ?? '';
  }
}

function mayRead(channel: Channel, userId: string): boolean {
  return channel.kind === 'public' || channel.members.has(userId);
}

/** A command's acknowledgement is an answer only while nothing came through its response_url. */
export function answersTo({ world, app }: Platform, ask: Ask): Message[] {
  const all = [...world.allMessages(), ...world.ephemerals].filter(({ own, deleted }) => own && !deleted);
  if (ask.rootTs !== undefined) {
    return all.filter(
      (message) =>
        message.userId === app.userId &&
        message.channelId === ask.channelId &&
        message.threadTs === ask.rootTs &&
        message.ts > (ask.ts ?? '') &&
        (message.visibleTo === undefined || message.visibleTo === ask.userId),
    );
  }
  const through = all.filter(
    ({ responseUrlId }) => responseUrlId !== undefined && responseUrlId === ask.responseUrlId,
  );
  const later = through.filter(({ via }) => via !== 'ack');
  return later.length > 0 ? later : through;
}
