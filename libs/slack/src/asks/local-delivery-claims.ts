import { Injectable } from '@nestjs/common';
import { Claim, type Delivery, DeliveryClaims, type Orphan } from '@jamie/core';
import { RecentKeys } from '../recent-keys';
import { AskJournal } from './ask-journal';

// Two for each ask.
const rememberedKeys = 20_000;

/** Claims of this process; those of asks outlive it in the journal. */
@Injectable()
export class LocalDeliveryClaims extends DeliveryClaims {
  private readonly taken = new RecentKeys(rememberedKeys);
  private left: readonly Orphan[];

  constructor(private readonly journal: AskJournal) {
    super();
    const unfinished = journal.unfinished();
    this.take(journal.finishedKeys());
    for (const { keys } of unfinished) this.take(keys);
    this.left = unfinished.map(({ open: ask, keys, atMs }) => ({
      claim: this.claimOf({ keys, ask }),
      ask,
      claimedAtMs: atMs,
    }));
  }

  claim(delivery: Delivery): Promise<Claim | undefined> {
    if (delivery.keys.some((key) => this.taken.has(key))) return Promise.resolve(undefined);
    this.take(delivery.keys);
    this.journal.opened(delivery);
    return Promise.resolve(this.claimOf(delivery));
  }

  /** What an earlier process began and did not finish, oldest first; nothing from the second time on. */
  orphans(): Promise<readonly Orphan[]> {
    const { left } = this;
    this.left = [];
    return Promise.resolve(left);
  }

  private claimOf(delivery: Delivery): Claim {
    const free = (): void => {
      for (const key of delivery.keys) this.taken.delete(key);
    };
    return new LocalClaim(delivery, this.journal, free);
  }

  private take(keys: readonly string[]): void {
    for (const key of keys) this.taken.add(key);
  }
}

class LocalClaim extends Claim {
  constructor(
    readonly delivery: Delivery,
    private readonly journal: AskJournal,
    private readonly free: () => void,
  ) {
    super();
  }

  /** Nobody else could take it. */
  isHeld(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** Within one process the order is that of arrival, and whoever answers keeps it. */
  hasTurn(): Promise<boolean> {
    return Promise.resolve(true);
  }

  settle(): Promise<void> {
    if (this.delivery.ask !== undefined) this.journal.finished(this.delivery.ask.id);
    return Promise.resolve();
  }

  release(): Promise<void> {
    if (this.delivery.ask !== undefined) this.journal.givenUp(this.delivery.ask.id);
    this.free();
    return Promise.resolve();
  }
}
