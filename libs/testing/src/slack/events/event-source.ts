import type { Json } from '../json';
import type { Echo, Timing } from '../options';
import type { InstalledApp } from '../world/app';
import type { Channel, Message } from '../world/model';
import type { World } from '../world/world';
import type { Deliverer } from './deliverer';
import type { Delivery, DeliveryPlan } from './delivery';
import {
  changedEvent,
  deletedEvent,
  envelope,
  mentionEvent,
  messageEvent,
  receives,
  receivesMentions,
  receivesMessages,
  scopeFor,
} from './payloads';

export type Deliveries = Promise<readonly Delivery[]>;

interface Setting {
  readonly app: InstalledApp;
  readonly world: World;
  readonly timing: Timing;
  readonly echo: Echo;
}

const nothing: Deliveries = Promise.resolve([]);

/** Derives events from changes of the world and sends those the app may see. */
export class EventSource {
  constructor(
    private readonly setting: Setting,
    private readonly deliverer: Deliverer,
  ) {}

  /** Whether any event would tell the app of this message. */
  reaches(message: Message): boolean {
    return this.deliverer.ready && this.#eventsFor(message, {}).length > 0;
  }

  /** A mention where the app also reads messages makes two events, under two ids (bolt-python issue 764). */
  posted(message: Message, plan: DeliveryPlan = {}): Deliveries {
    if (message.own && !this.setting.echo.posts) return nothing;
    const channel = this.#channel(message);
    return this.#sendAll(this.#ordered(this.#eventsFor(message, plan), plan), plan, channel);
  }

  changed(message: Message, previous: Json, plan: DeliveryPlan = {}): Deliveries {
    if (message.own && !this.setting.echo.updates) return nothing;
    const channel = this.#channel(message);
    if (!this.#readsMessages(channel)) return nothing;
    return this.#sendAll([changedEvent(this.setting.world, channel, message, previous)], plan, channel);
  }

  appended(message: Message, previous: Json): Deliveries {
    return this.setting.echo.appends ? this.changed(message, previous) : nothing;
  }

  /** docs.slack.dev, app_mention: an edit that adds the mention sends one more event. */
  mentionAdded(message: Message): Deliveries {
    const channel = this.#channel(message);
    if (!receivesMentions(this.setting.app) || channel.kind === 'im') return nothing;
    return this.#sendAll([mentionEvent(this.setting.world, channel, message)], {}, channel);
  }

  deleted(message: Message, previous: Json): Deliveries {
    const channel = this.#channel(message);
    if (!this.#readsMessages(channel)) return nothing;
    return this.#sendAll([deletedEvent(this.setting.world, channel, message.ts, previous)], {}, channel);
  }

  /** Any other event: sent if subscribed and scoped. */
  other(event: Json, plan: DeliveryPlan = {}): Deliveries {
    if (!receives(this.setting.app, String(event['type']))) return nothing;
    return this.#sendAll([{ ...event, event_ts: this.setting.world.nextTs() }], plan);
  }

  #eventsFor(message: Message, plan: DeliveryPlan): Json[] {
    const { world, app } = this.setting;
    const channel = this.#channel(message);
    const mentioned =
      message.userId !== app.userId && message.text.includes(`<@${app.userId}>`) && channel.kind !== 'im';
    // A mention invites: it is delivered from public channels that the app has not joined.
    const inReach = channel.members.has(app.userId) || channel.kind === 'public';
    const events: Json[] = [];
    if (mentioned && inReach && receivesMentions(app)) events.push(mentionEvent(world, channel, message));
    if (this.#readsMessages(channel)) events.push(messageEvent(world, channel, message));
    return events.filter(({ type }) => plan.only === undefined || type === plan.only);
  }

  #readsMessages(channel: Channel): boolean {
    return channel.members.has(this.setting.app.userId) && receivesMessages(this.setting.app, channel.kind);
  }

  #ordered(events: readonly Json[], plan: DeliveryPlan): Json[] {
    const first = plan.first ?? 'random';
    const reversed =
      first === 'random' ? this.setting.world.random.chance(0.5) : events[0]?.['type'] !== first;
    return reversed ? events.toReversed() : [...events];
  }

  async #sendAll(events: readonly Json[], plan: DeliveryPlan, channel?: Channel): Deliveries {
    let delayMs = plan.delayMs ?? 0;
    const sending: Promise<Delivery>[] = [];
    if (!this.deliverer.ready) return [];
    for (const event of events) {
      for (const eventId of this.#eventIds(plan)) {
        sending.push(this.#send(event, eventId, { plan, delayMs, channel }));
        delayMs += this.#gapMs();
      }
    }
    return Promise.all(sending);
  }

  #eventIds(plan: DeliveryPlan): string[] {
    const { random } = this.setting.world;
    const eventId = random.id('Ev');
    const others = Array.from({ length: plan.newIdCopies ?? 0 }, () => random.id('Ev'));
    return [...Array.from({ length: 1 + (plan.copies ?? 0) }, () => eventId), ...others];
  }

  #gapMs(): number {
    return this.setting.world.random.below(this.setting.timing.eventSpreadMs + 1);
  }

  #send(
    event: Json,
    eventId: string,
    how: { plan: DeliveryPlan; delayMs: number; channel: Channel | undefined },
  ): Promise<Delivery> {
    const scope = scopeFor(event, how.channel);
    if (scope !== undefined) this.setting.app.exercised.add(scope);
    const payload = envelope(this.setting.app, eventId, event, how.channel);
    const request = {
      kind: 'events_api',
      type: String(event['type']),
      payload,
      acceptsResponse: false,
    } as const;
    const { delayMs, plan } = how;
    return this.deliverer.deliver(request, {
      delayMs,
      ...(plan.loseAcks === undefined ? {} : { loseAcks: plan.loseAcks }),
    });
  }

  #channel(message: Message): Channel {
    return this.setting.world.channel(message.channelId);
  }
}
