import type { Json } from './json';
import type { Random } from '../random';

/** What goes wrong with one call. `effect`: whether Slack did the work before it went wrong. */
export type Fault =
  | { readonly type: 'latency'; readonly delayMs: number }
  | { readonly type: 'hang'; readonly effect?: boolean }
  /** An HTML error page, as Slack's front ends send it. */
  | { readonly type: 'http'; readonly status: number; readonly effect?: boolean }
  /** The work is done; the JSON of the answer breaks off. */
  | { readonly type: 'truncated' }
  | { readonly type: 'reset'; readonly effect: boolean }
  | { readonly type: 'error'; readonly error: string; readonly effect?: boolean; readonly details?: Json }
  | { readonly type: 'ratelimited'; readonly retryAfterSeconds: number }
  /** HTTP 429 without a Retry-After header. */
  | { readonly type: 'ratelimited-bare' };

export interface FaultPlan {
  /** First call that fails, counted from 1 and from now on; 1 when absent. */
  readonly from?: number;
  /** How many calls fail; all of them when absent. */
  readonly times?: number;
  /** Of the calls that would fail, this share does. */
  readonly probability?: number;
}

interface Planned {
  readonly method: string;
  readonly fault: Fault;
  readonly plan: FaultPlan;
  seen: number;
  hits: number;
}

export interface PlannedFault {
  /** How often it has happened. */
  readonly hits: number;
  remove(): void;
}

export class Faults {
  readonly #planned = new Set<Planned>();

  constructor(private readonly random: Random) {}

  /** `*` stands for every method. */
  add(method: string, fault: Fault, plan: FaultPlan = {}): PlannedFault {
    const planned: Planned = { method, fault, plan, seen: 0, hits: 0 };
    this.#planned.add(planned);
    const planneds = this.#planned;
    return {
      get hits() {
        return planned.hits;
      },
      remove() {
        planneds.delete(planned);
      },
    };
  }

  clear(): void {
    this.#planned.clear();
  }

  /** The fault of this call, if it is to have one. */
  next(method: string): Fault | undefined {
    for (const planned of this.#planned) {
      if (planned.method !== '*' && planned.method !== method) continue;
      if (this.#strikes(planned)) return planned.fault;
    }
    return undefined;
  }

  #strikes(planned: Planned): boolean {
    const { from = 1, times = Infinity, probability = 1 } = planned.plan;
    planned.seen += 1;
    if (planned.seen < from || planned.hits >= times || !this.random.chance(probability)) return false;
    planned.hits += 1;
    return true;
  }
}
