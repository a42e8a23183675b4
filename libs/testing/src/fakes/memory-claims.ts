import { Claim, type Delivery, DeliveryClaims, type Orphan } from '@jamie/core';

/** Claims of one process, and what an earlier one left behind, without a file. */
export class MemoryClaims extends DeliveryClaims {
  private readonly taken = new Set<string>();
  private left: readonly Orphan[];

  constructor(left: readonly Delivery[] = []) {
    super();
    for (const key of left.flatMap(({ keys }) => keys)) this.taken.add(key);
    this.left = left.flatMap((delivery) => {
      const { ask } = delivery;
      const claim = new MemoryClaim(delivery, this.taken);
      return ask === undefined ? [] : [{ claim, ask, claimedAtMs: Date.now() }];
    });
  }

  claim(delivery: Delivery): Promise<Claim | undefined> {
    if (delivery.keys.some((key) => this.taken.has(key))) return Promise.resolve(undefined);
    for (const key of delivery.keys) this.taken.add(key);
    return Promise.resolve(new MemoryClaim(delivery, this.taken));
  }

  orphans(): Promise<readonly Orphan[]> {
    const { left } = this;
    this.left = [];
    return Promise.resolve(left);
  }
}

class MemoryClaim extends Claim {
  constructor(
    readonly delivery: Delivery,
    private readonly taken: Set<string>,
  ) {
    super();
  }

  isHeld(): Promise<boolean> {
    return Promise.resolve(true);
  }

  hasTurn(): Promise<boolean> {
    return Promise.resolve(true);
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<void> {
    for (const key of this.delivery.keys) this.taken.delete(key);
    return Promise.resolve();
  }
}
