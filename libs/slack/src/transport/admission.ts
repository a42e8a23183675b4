import { Injectable } from '@nestjs/common';
import { type Claim, type Delivery, DeliveryClaims, SlackObserver } from '@jamie/core';
import type { Ask } from '../asks/ask';
import { claimedAsk } from '../asks/journal-entry';
import { askFromCommand, askFromEvent, askFromShortcut } from '../asks/read-ask';
import { type Json, listOf, objectOf, textOf } from '../fields';
import { RecentKeys } from '../recent-keys';
import { SlackHealth } from './slack-health';

/** Something from Slack that nobody else works on. */
export interface Admitted {
  readonly ask?: Ask;
  readonly claim: Claim;
}

/** Slack repeats within minutes. */
const rememberedSights = 5000;

/** Lets each delivery in once, however often and under however many ids Slack sends it. Claims before Slack is told. */
@Injectable()
export class Admission {
  private readonly seen = new RecentKeys(rememberedSights);

  constructor(
    private readonly claims: DeliveryClaims,
    private readonly observer: SlackObserver,
    private readonly health: SlackHealth,
  ) {}

  /** Undefined: it was taken before, or is of no interest. With a claim it is let in by that one. */
  async admit(body: Json, claimed?: Claim): Promise<Admitted | undefined> {
    const read = readDelivery(body);
    if (read === undefined) return undefined;
    const claim = claimed ?? (await this.claims.claim(this.deliveryOf(read)));
    if (claim === undefined) {
      if (this.isRepeated(read)) this.observer.duplicateDelivery();
      return undefined;
    }
    this.note(read);
    return { ...(read.ask === undefined ? {} : { ask: read.ask }), claim };
  }

  private deliveryOf({ ask, keys, echo = false }: ReadDelivery): Delivery {
    if (ask === undefined) return { keys };
    // Without that permission there is no other event.
    return { keys, ask: claimedAsk(ask), echo: echo && !this.health.lacks('app_mentions:read') };
  }

  /** A mention comes twice by design, as mention and as message; only more than that is a repetition. */
  private isRepeated(read: ReadDelivery): boolean {
    const repeated = this.seen.has(read.sight);
    this.note(read);
    return repeated || read.ask === undefined;
  }

  private note({ sight }: ReadDelivery): void {
    this.seen.add(sight);
  }
}

interface ReadDelivery {
  readonly ask?: Ask;
  readonly keys: readonly string[];
  /** The same for repetitions of this delivery, even under another event id. */
  readonly sight: string;
  /** A mention that comes as a message, too, which it is as well. */
  readonly echo?: boolean;
}

function readDelivery(body: Json): ReadDelivery | undefined {
  if (body['type'] === 'event_callback') return fromEvent(body);
  if (textOf(body, 'command') !== undefined) return fromAsk(askFromCommand(body));
  if (body['type'] === 'message_action') return fromAsk(askFromShortcut(body));
  const [action] = listOf(body, 'actions');
  const user = textOf(objectOf(body, 'user'), 'id') ?? '';
  const id = textOf(action, 'action_ts') ?? textOf(body, 'trigger_id') ?? '';
  return plain(`action:${user}:${textOf(action, 'action_id') ?? ''}:${id}`);
}

const eventsOfInterest = new Set([
  'app_home_opened',
  'assistant_thread_started',
  'agent_session_stopped',
  'app_uninstalled',
  'tokens_revoked',
]);

function fromEvent(envelope: Json): ReadDelivery | undefined {
  const event = objectOf(envelope, 'event');
  const type = textOf(event, 'type') ?? '';
  const eventKey = `event:${textOf(envelope, 'event_id') ?? ''}`;
  const ask = askFromEvent(envelope);
  if (ask !== undefined) {
    const echo = type === 'message' && !ask.unaddressed && !ask.direct;
    return { ask, keys: [eventKey, `ask:${ask.id}`], sight: `${type}:${ask.id}`, echo };
  }
  const deletion = event['subtype'] === 'message_deleted';
  return eventsOfInterest.has(type) || deletion ? plain(eventKey) : undefined;
}

function fromAsk(ask: Ask | undefined): ReadDelivery | undefined {
  return ask && { ask, keys: [`ask:${ask.id}`], sight: ask.id };
}

function plain(key: string): ReadDelivery {
  return { keys: [key], sight: key };
}
