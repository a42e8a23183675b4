import * as fc from 'fast-check';
import { FairQueue } from './fair-queue';

type Entry = readonly [asker: string, conversation: string, number: number];

function filled(...entries: readonly Entry[]): FairQueue<Entry> {
  const queue = new FairQueue<Entry>();
  for (const entry of entries) queue.push(entry, laneOf(entry));
  return queue;
}

const laneOf = ([asker, conversation]: Entry) => [asker, conversation];

function drained(queue: FairQueue<Entry>): string[] {
  const order: string[] = [];
  for (let entry = queue.shift(); entry; entry = queue.shift()) order.push(entry.join(''));
  return order;
}

it('is first come, first served among those of one lane', () => {
  expect(drained(filled(['a', 'x', 1], ['a', 'x', 2], ['a', 'x', 3]))).toEqual(['ax1', 'ax2', 'ax3']);
});

it('lets askers take turns, and the conversations of each', () => {
  const queue = filled(
    ['a', 'x', 1],
    ['a', 'x', 2],
    ['a', 'x', 3],
    ['a', 'y', 4],
    ['b', 'x', 5],
    ['c', 'x', 6],
    ['c', 'x', 7],
  );
  const expected = ['ax1', 'bx5', 'cx6', 'ay4', 'cx7', 'ax2', 'ax3'];
  expect(queue.order().map((entry) => entry.join(''))).toEqual(expected);
  expect(drained(queue)).toEqual(expected);
});

it('names the newest of the greediest, as long as it has more than the newcomer would', () => {
  const queue = filled(['a', 'x', 1], ['a', 'x', 2], ['a', 'y', 3], ['b', 'x', 4]);
  expect(queue.greediest(['c', 'x'])).toEqual(['a', 'x', 2]);
  expect(queue.greediest(['b', 'x'])).toEqual(['a', 'x', 2]);
  expect(queue.greediest(['a', 'z'])).toEqual(['a', 'x', 2]);
  expect(queue.greediest(['a', 'x'])).toBeUndefined();
  expect(filled(['a', 'x', 1]).greediest(['b', 'x'])).toBeUndefined();
});

const entries = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('x', 'y', 'z')), { maxLength: 60 })
  .map((lanes) => lanes.map(([asker, conversation], number): Entry => [asker, conversation, number]));

it('lets nobody wait for more than one turn of each other asker', () => {
  fc.assert(
    fc.property(entries, (given) => {
      const order = filled(...given).order();
      for (const asker of new Set(given.map(([name]) => name))) {
        const first = order.findIndex(([name]) => name === asker);
        const before = order.slice(0, first).map(([name]) => name);
        expect(new Set(before).size).toBe(before.length);
      }
    }),
  );
});

it('gives back everybody once, in the order it told, also after some have left', () => {
  fc.assert(
    fc.property(entries, fc.array(fc.nat(59)), (given, leaving) => {
      const queue = filled(...given);
      const left = new Set(leaving.flatMap((at) => given.slice(at, at + 1)));
      for (const entry of left) expect(queue.remove(entry, laneOf(entry))).toBe(true);
      for (const entry of left) expect(queue.remove(entry, laneOf(entry))).toBe(false);
      expect(queue.length).toBe(given.length - left.size);
      const told = queue.order().map((entry) => entry.join(''));
      expect(drained(queue)).toEqual(told);
      const staying = given.filter((entry) => !left.has(entry));
      expect([...told].sort()).toEqual(staying.map((entry) => entry.join('')).sort());
      expect([queue.length, queue.order()]).toEqual([0, []]);
    }),
  );
});

it('never lets one lane keep the others out of a full queue', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 12 }), (given, capacity) => {
      const queue = new FairQueue<Entry>();
      for (const entry of given) {
        const greedy = queue.length < capacity ? undefined : queue.greediest(laneOf(entry));
        if (greedy) queue.remove(greedy, laneOf(greedy));
        if (queue.length < capacity) queue.push(entry, laneOf(entry));
      }
      const counts = new Map<string, number>();
      for (const [asker] of queue.order()) counts.set(asker, (counts.get(asker) ?? 0) + 1);
      const asked = (name: string) => given.filter(([asker]) => asker === name).length;
      const most = Math.max(0, ...counts.values());
      for (const name of ['a', 'b', 'c', 'd']) {
        expect(counts.get(name) ?? 0).toBeGreaterThanOrEqual(Math.min(asked(name), most - 1));
      }
    }),
  );
});
