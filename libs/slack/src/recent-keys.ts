import { createHash } from 'node:crypto';

const empty = 0;
const removed = -1;

/**
 * Remembers the latest keys, in room that does not grow: of each only 52 bits of its hash, so that in a million asks
 * there is less than one chance in a hundred thousand that one is taken for another.
 */
export class RecentKeys {
  private newer: Float64Array;
  private older: Float64Array;
  private added = 0;

  /** At least so many of the latest keys are remembered, and at most twice as many. */
  constructor(private readonly capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * 1.5));
    this.newer = new Float64Array(slots);
    this.older = new Float64Array(slots);
  }

  has(key: string): boolean {
    const mark = markOf(key);
    return isIn(this.newer, mark) || isIn(this.older, mark);
  }

  add(key: string): void {
    if (this.has(key)) return;
    if (this.added === this.capacity) {
      [this.newer, this.older] = [this.older.fill(empty), this.newer];
      this.added = 0;
    }
    const mark = markOf(key);
    this.newer[slotOf(this.newer, mark)] = mark;
    this.added += 1;
  }

  delete(key: string): void {
    const mark = markOf(key);
    for (const table of [this.newer, this.older]) if (isIn(table, mark)) table[slotOf(table, mark)] = removed;
  }
}

function isIn(table: Float64Array, mark: number): boolean {
  return table[slotOf(table, mark)] === mark;
}

/** Where the mark is, or is to be; a third of the slots is always empty. */
function slotOf(table: Float64Array, mark: number): number {
  const last = table.length - 1;
  let slot = mark % table.length;
  while (table[slot] !== mark && table[slot] !== empty) slot = slot === last ? 0 : slot + 1;
  return slot;
}

/** Never 0, which is an empty slot. */
function markOf(key: string): number {
  const hash = createHash('sha256').update(key).digest();
  return hash.readUIntBE(0, 6) * 16 + (hash.readUInt8(6) >> 4) + 1;
}
