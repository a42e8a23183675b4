import type { Journal } from './journal';
import type { Settings } from './options';

/** Calls that a method allows: `perMinute` in one rate window, of one kind. */
export interface Limit {
  readonly key: string;
  readonly perMinute: number;
  /** One call a second beyond a burst, instead of a sliding minute. */
  readonly perSecondBurst?: number;
}

/** docs.slack.dev, rate limits: the tiers' guaranteed minima, taken here as hard caps. */
export const tiers = { tier1: 1, tier2: 20, tier3: 50, tier4: 100, special: 600 } as const;

export interface Refusal {
  readonly retryAfterSeconds: number;
}

interface Window {
  readonly openedAtMs: number;
  readonly untilMs: number;
}

/** Per method, workspace and app; plus the windows that a 429 opened. */
export class RateLimits {
  readonly #takenAtMs = new Map<string, number[]>();
  readonly #windows = new Map<string, Window>();
  readonly #overrides = new Map<string, number>();

  constructor(
    private readonly settings: Settings,
    private readonly journal: Journal,
  ) {}

  /** Sets another cap for one key: a method, or `chat.postMessage:C0OPS` for one channel. */
  set(key: string, perMinute: number): void {
    this.#overrides.set(key, perMinute);
  }

  /** Undefined: the call may go on. */
  take(limits: readonly Limit[]): Refusal | undefined {
    const running = this.#runningWindow(limits);
    if (running !== undefined) return running;
    if (this.settings.rateLimits === 'off' && !limits.some(({ key }) => this.#overrides.has(key)))
      return undefined;
    for (const limit of limits) {
      const waitMs = this.#waitMs(limit);
      if (waitMs > 0) return this.refuse(limit.key, Math.ceil(waitMs / 1_000));
    }
    for (const { key } of limits) this.#log(key).push(Date.now());
    return undefined;
  }

  /** Answers 429 from now on, for that long. */
  refuse(key: string, retryAfterSeconds: number): Refusal {
    const openedAtMs = Date.now();
    this.#windows.set(key, { openedAtMs, untilMs: openedAtMs + retryAfterSeconds * 1_000 });
    return { retryAfterSeconds };
  }

  // A call inside the window that a 429 announced is a fault of the caller, once the 429 can have reached it.
  #runningWindow(limits: readonly Limit[]): Refusal | undefined {
    const nowMs = Date.now();
    for (const { key } of limits) {
      const window = this.#windows.get(key);
      if (window === undefined || nowMs >= window.untilMs - 20) continue;
      if (nowMs > window.openedAtMs + this.settings.timing.retryAfterGraceMs) {
        const early = window.untilMs - nowMs;
        this.journal.violation(
          'rate.window',
          `${key} was called ${early} ms before its Retry-After had passed`,
        );
      }
      return { retryAfterSeconds: Math.max(1, Math.ceil((window.untilMs - nowMs) / 1_000)) };
    }
    return undefined;
  }

  #waitMs(limit: Limit): number {
    const override = this.#overrides.get(limit.key);
    if (limit.perSecondBurst !== undefined && override === undefined) return this.#burstWaitMs(limit);
    const perMinute = override ?? limit.perMinute;
    // Ten per cent more than the documented minimum is let through, as bursts.
    const cap = Math.floor(perMinute * 1.1);
    const windowMs = this.settings.timing.rateWindowMs;
    const recent = this.#recent(limit.key, windowMs);
    const oldest = recent[recent.length - cap];
    return oldest === undefined ? 0 : oldest + windowMs - Date.now();
  }

  // docs.slack.dev, chat.postMessage: about one a second for each channel, short bursts allowed.
  #burstWaitMs(limit: Limit): number {
    const burst = limit.perSecondBurst ?? 1;
    const recent = this.#recent(limit.key, 60_000);
    let tokens = burst;
    let lastMs = recent[0] ?? 0;
    for (const atMs of recent) {
      tokens = Math.min(burst, tokens + (atMs - lastMs) / 1_000) - 1;
      lastMs = atMs;
    }
    const available = Math.min(burst, tokens + (Date.now() - lastMs) / 1_000);
    return available >= 1 ? 0 : (1 - available) * 1_000;
  }

  #recent(key: string, windowMs: number): number[] {
    const startMs = Date.now() - windowMs;
    const kept = this.#log(key).filter((atMs) => atMs > startMs);
    this.#takenAtMs.set(key, kept);
    return kept;
  }

  #log(key: string): number[] {
    const existing = this.#takenAtMs.get(key);
    if (existing !== undefined) return existing;
    const made: number[] = [];
    this.#takenAtMs.set(key, made);
    return made;
  }
}
