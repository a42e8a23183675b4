import { Logger } from '@nestjs/common';
import { type Claim, type Delivery, DeliveryClaims, type Orphan, type StoreObserver } from '@jamie/core';
import { LRUCache } from 'lru-cache';
import { claim, close, share, takeOver, turn } from './claim-scripts';
import { keys } from './keys';
import type { Membership } from './membership';
import type { RedisConnection } from './redis-connection';
import type { RedisSettings } from './redis-options';
import type { Script } from './script';
import { type ClaimDesk, SharedClaim, entryFrom } from './shared-claim';

export interface ClaimsParts {
  readonly connection: RedisConnection;
  readonly membership: Membership;
  readonly settings: RedisSettings;
  readonly observer: StoreObserver;
}

const where = [keys.claim, keys.openAsks, keys.fence, keys.thread, keys.turn, keys.replica];
/** Told to a Redis that has lost its data: Slack repeats what was not acknowledged within minutes. */
const recentForMs = 15 * 60_000;
const maxRecent = 2000;
const sharedAtOnce = 100;
const takenOverAtOnce = 10;

/**
 * Claims of all replicas. One that was taken while Redis is away counts in this replica alone, and is told to the others
 * afterwards. One that others know of is not acted on when they may have given this replica up.
 */
export class SharedClaims extends DeliveryClaims implements ClaimDesk {
  private readonly logger = new Logger('Redis');
  /** Asks that this replica works on, or is about to claim, by id. */
  private readonly open = new Map<string, SharedClaim>();
  private readonly recent = new LRUCache<string, SharedClaim>({ max: maxRecent, ttl: recentForMs });
  private earlier: readonly SharedClaim[] | undefined;

  constructor(
    private readonly parts: ClaimsParts,
    private readonly local: DeliveryClaims,
  ) {
    super();
    parts.membership.onChange(() => this.shareAll());
  }

  async claim(delivery: Delivery): Promise<Claim | undefined> {
    // One replica may be cut off while the other is not: each of the two events would find somebody to answer it.
    if (delivery.echo === true) return undefined;
    const local = await this.local.claim(delivery);
    if (local === undefined) return undefined;
    const claimed = new SharedClaim(this, delivery, { local, atMs: Date.now() });
    if (delivery.ask !== undefined) this.open.set(delivery.ask.id, claimed);
    const answer = await this.tryRun(claim, [
      this.parts.membership.id,
      this.leaseMs,
      JSON.stringify(claimed),
    ]);
    if (answer === 0) {
      this.forget(claimed);
      await local.release();
      return undefined;
    }
    if (typeof answer === 'number') this.holds(claimed, answer);
    else await this.askAgain(claimed);
    return claimed.state === 'handed-over' ? undefined : claimed;
  }

  async orphans(): Promise<readonly Orphan[]> {
    this.earlier ??= await this.ofEarlierProcess();
    const own = await this.resume();
    if (!this.parts.connection.usable) return own;
    const held = JSON.stringify([...this.open.keys()]);
    const given = [this.parts.membership.id, this.leaseMs, takenOverAtOnce, held];
    const answers = await this.tryRun(takeOver, given);
    const taken = await Promise.all((Array.isArray(answers) ? answers : []).map((text) => this.adopt(text)));
    return [...own, ...taken.flat()];
  }

  async verify(claimed: SharedClaim): Promise<boolean> {
    if (claimed.token === undefined || this.parts.membership.covers(claimed.lapses)) return true;
    if (await this.shareThese([claimed])) return claimed.state === 'held';
    claimed.state = 'suspended';
    claimed.suspendedAtMs = performance.now();
    return false;
  }

  async hasTurn(claimed: SharedClaim): Promise<boolean> {
    const { ask } = claimed.delivery;
    if (ask?.thread === undefined || claimed.token === undefined) return true;
    claimed.turn = (await this.tryRun(turn, [ask.id, ask.thread])) !== 0;
    return claimed.turn;
  }

  async end(claimed: SharedClaim, how: 'settle' | 'release'): Promise<void> {
    if (claimed.state !== 'held') return;
    claimed.state = 'ended';
    this.forget(claimed);
    const { ask } = claimed.delivery;
    if (how === 'settle' && ask !== undefined) this.recent.set(ask.id, claimed);
    await claimed.origin.local?.[how]();
    const word = how === 'settle' ? 'done' : '';
    await this.tryRun(close, [claimed.token ?? 0, JSON.stringify(claimed), word]);
  }

  /** Whether somebody else has the ask is not known: Redis may be back in a moment, and know. */
  private async askAgain(claimed: SharedClaim): Promise<void> {
    if (claimed.delivery.ask === undefined) return;
    await this.parts.connection.untilBack();
    if (claimed.token === undefined && claimed.state === 'held') await this.shareThese([claimed]);
  }

  private get leaseMs(): number {
    return this.parts.settings.leaseMs;
  }

  /** Undefined: Redis is away, and may have done it or not. */
  private async tryRun(what: Script, given: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.parts.connection.run(what, where, given);
    } catch {
      return undefined;
    }
  }

  private holds(claimed: SharedClaim, token: number): void {
    claimed.token = token;
    claimed.lapses = this.parts.membership.lapses;
    claimed.state = 'held';
  }

  private forget({ delivery }: SharedClaim): void {
    if (delivery.ask !== undefined) this.open.delete(delivery.ask.id);
  }

  private async shareAll(): Promise<void> {
    const open = [...this.open.values()].filter(({ state }) => state === 'held');
    const all = [...open, ...this.recent.values()];
    for (let at = 0; at < all.length; at += sharedAtOnce) {
      if (!(await this.shareThese(all.slice(at, at + sharedAtOnce)))) return;
    }
  }

  /** Whether Redis was there to be told. */
  private async shareThese(claims: readonly SharedClaim[]): Promise<boolean> {
    const answers = await this.tryRun(share, [
      this.parts.membership.id,
      this.leaseMs,
      JSON.stringify(claims),
    ]);
    if (!Array.isArray(answers)) return false;
    for (const [at, claimed] of claims.entries()) {
      if (claimed.state === 'ended') continue;
      const token = Number(answers[at]);
      if (token > 0) this.holds(claimed, token);
      else await this.handOver(claimed);
    }
    return true;
  }

  private async handOver(claimed: SharedClaim): Promise<void> {
    this.logger.log(`Another replica has ${claimed.delivery.ask?.id ?? 'a delivery'}`);
    claimed.state = 'handed-over';
    this.forget(claimed);
    await claimed.origin.local?.settle();
  }

  /** Those of which nobody knew who has them: now it is known, or nobody else was heard of for long enough. */
  private async resume(): Promise<readonly Orphan[]> {
    const waiting = [...this.open.values()].filter(({ state }) => state === 'suspended');
    if (waiting.length === 0) return [];
    const { usable } = this.parts.connection;
    const silentSinceMs = performance.now() - this.parts.settings.silenceMs;
    const ready = usable ? waiting : waiting.filter(({ suspendedAtMs }) => suspendedAtMs < silentSinceMs);
    if (usable && !(await this.shareThese(ready))) return [];
    return ready.flatMap((claimed) =>
      usable && claimed.state !== 'held' ? [] : this.renewed(claimed, usable),
    );
  }

  /** Whatever still works under the old claim has no say any more. */
  private renewed(old: SharedClaim, shared: boolean): readonly Orphan[] {
    const { ask } = old.delivery;
    if (ask === undefined) return [];
    const claimed = new SharedClaim(this, old.delivery, old.origin);
    if (shared && old.token !== undefined) this.holds(claimed, old.token);
    old.state = 'handed-over';
    this.open.set(ask.id, claimed);
    return [claimed.asOrphan(ask)];
  }

  private async ofEarlierProcess(): Promise<readonly SharedClaim[]> {
    const claims = (await this.local.orphans()).map(({ claim: local, ask, claimedAtMs: atMs }) => {
      const claimed = new SharedClaim(this, { ...local.delivery, ask }, { local, atMs });
      claimed.state = 'suspended';
      claimed.suspendedAtMs = performance.now() - this.parts.settings.silenceMs + this.leaseMs;
      this.open.set(ask.id, claimed);
      return claimed;
    });
    return claims;
  }

  private async adopt(text: unknown): Promise<readonly Orphan[]> {
    const entry = entryFrom(text);
    if (entry === undefined) return [];
    this.parts.observer.takenOver();
    const { delivery, ask, token, atMs } = entry;
    const claimed = new SharedClaim(this, delivery, { local: await this.local.claim(delivery), atMs });
    this.open.set(ask.id, claimed);
    this.holds(claimed, token);
    return [claimed.asOrphan(ask)];
  }
}
