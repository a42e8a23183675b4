import type { Random } from '../../random';
import type { Timing } from '../options';

/** docs.slack.dev, opening modals: a trigger lives three seconds and opens one view. */
export class Triggers {
  readonly #issued = new Map<string, { readonly userId: string; readonly untilMs: number; used: boolean }>();

  constructor(
    private readonly random: Random,
    private readonly timing: Timing,
  ) {}

  issue(userId: string): string {
    const id = `${Date.now()}.${this.random.below(1e9)}.${this.random.id('', 16).toLowerCase()}`;
    this.#issued.set(id, { userId, untilMs: Date.now() + this.timing.triggerLifeMs, used: false });
    return id;
  }

  /** The user whose view it opens, or the error word. */
  exchange(id: string): { readonly userId: string } | { readonly error: string } {
    const trigger = this.#issued.get(id);
    if (trigger === undefined) return { error: 'invalid_trigger_id' };
    if (trigger.used) return { error: 'exchanged_trigger_id' };
    if (Date.now() > trigger.untilMs) return { error: 'expired_trigger_id' };
    trigger.used = true;
    return { userId: trigger.userId };
  }
}
