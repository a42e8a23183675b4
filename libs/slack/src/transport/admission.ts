import { Injectable } from '@nestjs/common';
import { DeliveryClaims, SlackObserver } from '@jamie/core';
import { LRUCache } from 'lru-cache';
import type { Ask } from '../asks/ask';
import { AskJournal } from '../asks/ask-journal';
import { askFromCommand, askFromEvent, askFromShortcut } from '../asks/read-ask';
import { type Json, listOf, objectOf, textOf } from '../fields';

/** Something from Slack that nobody has worked on. */
export interface Admitted {
  readonly ask?: Ask;
  /** The work is done, whatever came of it. */
  settle(): Promise<void>;
  /** The work died: when Slack delivers this again, it is to be done. */
  release(): Promise<void>;
}

const remembered = 20_000;

/** Lets each delivery in once, however often and under however many ids Slack sends it. Claims before Slack is told. */
@Injectable()
export class Admission {
  private readonly seen = new LRUCache<string, true>({ max: remembered });

  constructor(
    private readonly claims: DeliveryClaims,
    private readonly journal: AskJournal,
    private readonly observer: SlackObserver,
  ) {}

  /** Undefined: it was taken before, or is of no interest. */
  async admit(body: Json): Promise<Admitted | undefined> {
    const read = readDelivery(body);
    if (read === undefined) return undefined;
    const { ask, keys } = read;
    if (!(await this.claims.claim(keys))) {
      if (this.isRepeated(read)) this.observer.duplicateDelivery();
      return undefined;
    }
    this.note(read);
    if (ask !== undefined) this.journal.opened(ask, keys);
    return {
      ...(ask === undefined ? {} : { ask }),
      settle: async () => {
        if (ask !== undefined) this.journal.finished(ask.id);
        await this.claims.settle(keys);
      },
      release: async () => {
        if (ask !== undefined) this.journal.givenUp(ask.id);
        await this.claims.release(keys);
      },
    };
  }

  /** A mention comes twice by design, as mention and as message; only more than that is a repetition. */
  private isRepeated(read: Delivery): boolean {
    const repeated = this.seen.has(read.sight);
    this.note(read);
    return repeated || read.ask === undefined;
  }

  private note({ sight }: Delivery): void {
    this.seen.set(sight, true);
  }
}

interface Delivery {
  readonly ask?: Ask;
  readonly keys: readonly string[];
  /** The same for repetitions of this delivery, even under another event id. */
  readonly sight: string;
}

function readDelivery(body: Json): Delivery | undefined {
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

function fromEvent(envelope: Json): Delivery | undefined {
  const event = objectOf(envelope, 'event');
  const type = textOf(event, 'type') ?? '';
  const eventKey = `event:${textOf(envelope, 'event_id') ?? ''}`;
  const ask = askFromEvent(envelope);
  if (ask !== undefined) return { ask, keys: [eventKey, `ask:${ask.id}`], sight: `${type}:${ask.id}` };
  const deletion = event['subtype'] === 'message_deleted';
  return eventsOfInterest.has(type) || deletion ? plain(eventKey) : undefined;
}

function fromAsk(ask: Ask | undefined): Delivery | undefined {
  return ask && { ask, keys: [`ask:${ask.id}`], sight: ask.id };
}

function plain(key: string): Delivery {
  return { keys: [key], sight: key };
}
