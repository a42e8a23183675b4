import type { Lane } from '@jamie/core';

/**
 * A queue in which lanes take turns: one of each asker, and of each asker's conversations, before anybody's second.
 * Within a lane it is first come, first served; with one lane only, altogether.
 */
export class FairQueue<T> {
  length = 0;
  private readonly items: T[] = [];
  /** In the order of their turns; an empty one is forgotten. */
  private readonly lanes = new Map<string, FairQueue<T>>();

  /** All lanes of one queue are equally deep. */
  push(item: T, [name, ...deeper]: Lane): void {
    this.length += 1;
    if (name === undefined) {
      this.items.push(item);
      return;
    }
    const lane = this.lanes.get(name) ?? new FairQueue<T>();
    this.lanes.set(name, lane);
    lane.push(item, deeper);
  }

  /** Whose turn it is; `undefined` when nobody waits. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    this.length -= 1;
    const [next] = this.lanes;
    if (!next) return this.items.shift();
    const [name, lane] = next;
    const item = lane.shift();
    this.lanes.delete(name);
    if (lane.length > 0) this.lanes.set(name, lane);
    return item;
  }

  /** False when it was not there. */
  remove(item: T, [name, ...deeper]: Lane): boolean {
    const lane = name === undefined ? undefined : this.lanes.get(name);
    const removed = lane ? lane.remove(item, deeper) : this.removeOwn(item);
    if (removed) this.length -= 1;
    if (name !== undefined && lane?.length === 0) this.lanes.delete(name);
    return removed;
  }

  /**
   * Who makes room in a full queue for one more of this lane: the newest of whoever has most in it. `undefined` when
   * nobody has more than this lane would have.
   */
  greediest([name, ...deeper]: Lane): T | undefined {
    if (name === undefined) return undefined;
    const own = this.lanes.get(name);
    const longest = this.longest();
    if (longest && longest.length > (own?.length ?? 0) + 1) return longest.newest();
    return own?.greediest(deeper);
  }

  /** Everybody in the order in which they will have their turn, if nobody else comes. */
  order(): readonly T[] {
    if (this.lanes.size === 0) return this.items;
    let waiting = [...this.lanes.values()].map((lane) => lane.order());
    const order: T[] = [];
    for (let round = 0; waiting.length > 0; round += 1) {
      order.push(...waiting.flatMap((lane) => lane.slice(round, round + 1)));
      waiting = waiting.filter((lane) => lane.length > round + 1);
    }
    return order;
  }

  private newest(): T | undefined {
    return this.longest()?.newest() ?? this.items.at(-1);
  }

  private longest(): FairQueue<T> | undefined {
    let longest: FairQueue<T> | undefined;
    for (const lane of this.lanes.values()) if (lane.length > (longest?.length ?? 0)) longest = lane;
    return longest;
  }

  private removeOwn(item: T): boolean {
    const index = this.items.indexOf(item);
    if (index !== -1) this.items.splice(index, 1);
    return index !== -1;
  }
}
