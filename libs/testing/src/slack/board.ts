import type { Deliveries, EventSource } from './events/event-source';
import type { DeliveryPlan } from './events/delivery';
import type { Journal } from './journal';
import { brief, type Json } from './json';
import type { StatusSlots } from './status-slots';
import type { Message, MessageDraft, User } from './world/model';
import { renderMessage } from './world/render';
import { versionOf } from './world/text';
import type { World } from './world/world';

export interface Posted {
  readonly message: Message;
  readonly delivered: Deliveries;
}

/** The one place where messages change: it tells the world, the journal and the app of each change. */
export class Board {
  constructor(
    readonly world: World,
    private readonly journal: Journal,
    private readonly events: EventSource,
    private readonly statuses: StatusSlots,
  ) {}

  post(draft: MessageDraft, plan?: DeliveryPlan): Posted {
    const message = this.world.create(draft);
    this.journal.note(
      'world',
      `${this.#author(message)} posted ${this.#place(message)}: ${brief(message.text)}`,
    );
    if (message.own) this.statuses.posted(message.channelId, message.threadTs ?? message.ts);
    const seenByApp = message.visibleTo === undefined;
    return { message, delivered: seenByApp ? this.events.posted(message, plan) : Promise.resolve([]) };
  }

  /** Replaces what a message says. */
  update(message: Message, change: (message: Message) => void, plan?: DeliveryPlan): Deliveries {
    const previous = renderMessage(this.world, message);
    message.earlier.push(versionOf(message));
    change(message);
    this.journal.note('world', `changed ${this.#place(message)}: ${brief(message.text)}`);
    return message.visibleTo === undefined
      ? this.events.changed(message, previous, plan)
      : Promise.resolve([]);
  }

  /** Adds to a stream; what stood there still stands. */
  append(message: Message, change: (message: Message) => void): Deliveries {
    const previous = renderMessage(this.world, message);
    change(message);
    this.journal.note('world', `stream ${this.#place(message)} is ${message.stream?.state}`);
    return this.events.appended(message, previous);
  }

  remove(message: Message): Deliveries {
    const previous = renderMessage(this.world, message);
    message.earlier.push(versionOf(message));
    message.deleted = true;
    // What stood below a message is gone with it.
    this.statuses.posted(message.channelId, message.ts);
    this.journal.note('world', `deleted ${this.#place(message)}`);
    return message.visibleTo === undefined ? this.events.deleted(message, previous) : Promise.resolve([]);
  }

  mentionAdded(message: Message): Deliveries {
    return this.events.mentionAdded(message);
  }

  /** A line that Slack itself shows to one person. */
  notice(user: User, channelId: string, text: string): void {
    this.world.notices.push({ userId: user.id, channelId, text });
    this.journal.note('world', `${user.key} is told: ${text}`);
  }

  other(event: Json, plan?: DeliveryPlan): Deliveries {
    return this.events.other(event, plan);
  }

  reaches(message: Message): boolean {
    return this.events.reaches(message);
  }

  #author(message: Message): string {
    const user = message.userId === undefined ? undefined : this.world.findUser(message.userId);
    return user?.key ?? message.username ?? message.botId ?? 'somebody';
  }

  #place(message: Message): string {
    const thread = message.threadTs === undefined ? '' : ` in thread ${message.threadTs}`;
    const only = message.visibleTo === undefined ? '' : ` only to ${message.visibleTo}`;
    return `${message.channelId} ${message.ts}${thread}${only}`;
  }
}
