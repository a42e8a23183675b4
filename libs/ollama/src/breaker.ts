import type { BreakerState } from '@jamie/core';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly threshold: number;
  readonly probeDelayMs: number;
  readonly probeMaxDelayMs: number;
}

export interface BreakerParts {
  /** Asks the server a real question; resolves to what went wrong, `undefined` when nothing did. Never rejects. */
  readonly probe: () => Promise<string | undefined>;
  readonly changed: (state: BreakerState, reason: string) => void;
}

type State =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly reason: string; readonly probeAt: number; readonly delayMs: number }
  | { readonly kind: 'half-open'; readonly reason: string; readonly delayMs: number };

/** Stops asking a server that keeps failing. It is tried again by a probe on a timer, never with a user's question. */
export class Breaker {
  private state: State = { kind: 'closed', failures: 0 };
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly options: BreakerOptions,
    private readonly parts: BreakerParts,
  ) {}

  /** Why nothing is sent now; `undefined` when it is closed. */
  get refusal(): { readonly reason: string; readonly retryAfterSeconds: number } | undefined {
    const { state } = this;
    if (state.kind === 'closed') return undefined;
    const waitMs = state.kind === 'open' ? state.probeAt - performance.now() : 0;
    return { reason: state.reason, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
  }

  /** Any success is proof: it closes an open breaker, too. */
  succeeded(): void {
    clearTimeout(this.timer);
    if (this.state.kind === 'closed' && this.state.failures === 0) return;
    this.enter({ kind: 'closed', failures: 0 }, '');
  }

  /** A failure of the server, not of the request. */
  failed(reason: string): void {
    if (this.state.kind !== 'closed') return;
    const failures = this.state.failures + 1;
    if (failures < this.options.threshold) this.state = { kind: 'closed', failures };
    else this.open(reason, this.options.probeDelayMs);
  }

  /** No more probes. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private open(reason: string, delayMs: number): void {
    this.enter({ kind: 'open', reason, delayMs, probeAt: performance.now() + delayMs }, reason);
    if (!this.stopped) this.timer = setTimeout(() => void this.probe(reason, delayMs), delayMs).unref();
  }

  private async probe(reason: string, delayMs: number): Promise<void> {
    this.enter({ kind: 'half-open', reason, delayMs }, reason);
    const failure = await this.parts.probe();
    if (this.state.kind !== 'half-open') return;
    if (failure === undefined) this.succeeded();
    else this.open(failure, Math.min(delayMs * 2, this.options.probeMaxDelayMs));
  }

  private enter(next: State, reason: string): void {
    const before = this.state.kind;
    this.state = next;
    if (before !== next.kind) this.parts.changed(next.kind, reason);
  }
}
