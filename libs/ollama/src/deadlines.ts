import type { Trouble } from './trouble';

export interface Limits {
  readonly firstTokenMs: number;
  readonly idleMs: number;
  /** The caller's whole limit, for the message. */
  readonly totalMs: number;
  /** When it passes, on the clock of `performance.now()`. */
  readonly totalEndsAt: number;
}

/** Watches one exchange with one timer: activity only moves a time stamp, and the timer looks at it when it fires. */
export class Deadlines {
  private phase: 'first-token' | 'idle' = 'first-token';
  private since = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly limits: Limits,
    private readonly onPassed: (trouble: Trouble) => void,
  ) {
    this.arm(this.since);
  }

  /** Something came: from now on silence is measured. */
  touch(): void {
    this.phase = 'idle';
    this.since = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Never for longer than the idle limit, which may begin to count at any moment. */
  private arm(now: number): void {
    const ms = Math.min(Math.ceil(this.nextAt() - now), this.limits.idleMs);
    this.timer = setTimeout(() => this.look(), Math.max(1, ms));
  }

  private look(): void {
    const now = performance.now();
    if (now < this.nextAt()) this.arm(now);
    else this.onPassed(this.passed(now));
  }

  private nextAt(): number {
    return Math.min(this.since + this.phaseMs(), this.limits.totalEndsAt);
  }

  private phaseMs(): number {
    return this.phase === 'first-token' ? this.limits.firstTokenMs : this.limits.idleMs;
  }

  private passed(now: number): Trouble {
    if (now >= this.limits.totalEndsAt) return trouble('total', this.limits.totalMs);
    return trouble(this.phase, this.phaseMs());
  }
}

function trouble(deadline: 'first-token' | 'idle' | 'total', limitMs: number): Trouble {
  return { kind: 'deadline', deadline, seconds: limitMs / 1000 };
}
