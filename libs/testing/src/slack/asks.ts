import type { Delivery } from './events/delivery';

/** `any`: one answer or none. */
export type Expectation = 'answer' | 'silence' | 'any';

export type AskKind = 'mention' | 'message' | 'direct' | 'command' | 'interaction' | 'bot';

/** Something a person (or another bot) said or did that the app might answer. */
export interface Ask {
  readonly id: string;
  readonly kind: AskKind;
  readonly userId: string;
  readonly channelId: string;
  /** Absent for commands. */
  readonly ts?: string;
  /** The thread an answer belongs in. */
  readonly rootTs?: string;
  /** Present when answers come through a response_url. */
  readonly responseUrlId?: string;
  readonly text: string;
  readonly askedAtMs: number;
  expect: Expectation;
  /** Filled as attempts end. */
  deliveries: readonly Delivery[];
}

export class Asks {
  readonly all: Ask[] = [];

  add(ask: Omit<Ask, 'id' | 'askedAtMs' | 'deliveries'>): Ask {
    const added = { ...ask, id: `ask-${this.all.length + 1}`, askedAtMs: Date.now(), deliveries: [] };
    this.all.push(added);
    return added;
  }

  /** The ask that this message made. */
  of(channelId: string, ts: string): Ask | undefined {
    return this.all.find((ask) => ask.channelId === channelId && ask.ts === ts);
  }
}
