import type { Timing } from './options';

/** One slot for each thread; free text and session state share it, and the last writer wins. */
export type Slot =
  | { readonly kind: 'status'; readonly text: string; readonly expiresAtMs: number }
  | { readonly kind: 'session'; readonly state: string; readonly expiresAtMs: number };

export interface NamedSlot {
  readonly channelId: string;
  readonly threadTs: string;
  readonly slot: Slot;
}

export class StatusSlots {
  readonly #slots = new Map<string, NamedSlot>();
  /** Sessions that exist: their title is set once, at creation. */
  readonly sessions = new Map<string, { title?: string }>();

  constructor(private readonly timing: Timing) {}

  /** docs.slack.dev, assistant.threads.setStatus: an empty text clears, two minutes without renewal do too. */
  setText(channelId: string, threadTs: string, text: string): void {
    if (text === '') this.#slots.delete(key(channelId, threadTs));
    else
      this.#put(channelId, threadTs, {
        kind: 'status',
        text,
        expiresAtMs: this.#in(this.timing.statusLifeMs),
      });
  }

  /** docs.slack.dev, agents.sessions.setStatus: `processing` ends by itself after an hour. */
  setSession(channelId: string, threadTs: string, state: string): void {
    this.#put(channelId, threadTs, {
      kind: 'session',
      state,
      expiresAtMs: this.#in(this.timing.sessionLifeMs),
    });
  }

  /** A post by the app clears the free text, never the session's state. */
  posted(channelId: string, threadTs: string): void {
    if (this.get(channelId, threadTs)?.kind === 'status') this.#slots.delete(key(channelId, threadTs));
  }

  get(channelId: string, threadTs: string): Slot | undefined {
    const named = this.#slots.get(key(channelId, threadTs));
    return named !== undefined && named.slot.expiresAtMs > Date.now() ? named.slot : undefined;
  }

  /** Those that show somebody that the app is still at work. */
  busy(): NamedSlot[] {
    return [...this.#slots.values()].filter(
      ({ slot }) => slot.expiresAtMs > Date.now() && (slot.kind === 'status' || slot.state === 'processing'),
    );
  }

  #put(channelId: string, threadTs: string, slot: Slot): void {
    this.#slots.set(key(channelId, threadTs), { channelId, threadTs, slot });
  }

  #in(lifeMs: number): number {
    return Date.now() + lifeMs;
  }
}

const key = (channelId: string, threadTs: string): string => `${channelId}:${threadTs}`;
