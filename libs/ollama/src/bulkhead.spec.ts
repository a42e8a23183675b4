import { Bulkhead, type BulkheadOptions, QueueFull, QueueTimeout, type Release } from './bulkhead';

const states: { inFlight: number; waiting: number }[] = [];
const waits: number[] = [];
const never = new AbortController().signal;
const lane = ['asker', 'conversation'];

function bulkhead(options: Partial<BulkheadOptions> = {}): Bulkhead {
  states.length = 0;
  waits.length = 0;
  return new Bulkhead(
    { maxInFlight: 1, maxQueue: 3, queueTimeoutMs: 5000, ...options },
    { changed: (queue) => states.push(queue), waited: (seconds) => waits.push(seconds) },
  );
}

interface Wait {
  readonly positions: number[];
  readonly place: Promise<Release>;
}

function wait(gate: Bulkhead, signal = never, asker = 'asker'): Wait {
  const positions: number[] = [];
  const read = async () => {
    const waiting = gate.wait(signal, [asker, 'conversation']);
    for (;;) {
      const { done, value } = await waiting.next();
      if (done === true) return value;
      positions.push(value.ahead);
    }
  };
  return { positions, place: read() };
}

const taken = (gate: Bulkhead): Release => {
  const release = gate.tryTake();
  if (!release) throw new Error('no place was free');
  return release;
};

it('gives places while there are some', () => {
  const gate = bulkhead({ maxInFlight: 2 });
  const first = taken(gate);
  taken(gate);
  expect(gate.tryTake()).toBeUndefined();
  first();
  expect(gate.tryTake()).toBeDefined();
  expect(states.map((state) => state.inFlight)).toEqual([1, 2, 1, 2]);
  expect(waits).toEqual([0, 0, 0]);
});

it('counts a place once, however often it is given back', () => {
  const gate = bulkhead();
  const release = taken(gate);
  release();
  release();
  taken(gate);
  expect(gate.tryTake()).toBeUndefined();
});

it('lets those who wait go first, in their order, and tells them their position', async () => {
  const gate = bulkhead();
  const running = taken(gate);
  const queue = [wait(gate), wait(gate), wait(gate)];
  const order: number[] = [];
  const all = queue.map(async ({ place }, index) => {
    const release = await place;
    order.push(index);
    release();
  });
  expect(states.at(-1)).toEqual({ inFlight: 1, waiting: 3 });
  await Promise.resolve();
  running();
  expect(gate.tryTake()).toBeUndefined();
  await Promise.all(all);
  expect(order).toEqual([0, 1, 2]);
  expect(queue.map(({ positions }) => positions)).toEqual([[1], [2, 1], [3, 2, 1]]);
  expect(states.at(-1)).toEqual({ inFlight: 0, waiting: 0 });
});

it('turns away who comes when the queue is full', async () => {
  const gate = bulkhead({ maxQueue: 1 });
  const running = taken(gate);
  const { place } = wait(gate);
  await expect(wait(gate).place).rejects.toBeInstanceOf(QueueFull);
  expect(states.at(-1)).toEqual({ inFlight: 1, waiting: 1 });
  running();
  await place;
});

it('lets askers take turns, and tells each its true position', async () => {
  const gate = bulkhead({ maxQueue: 10 });
  const running = taken(gate);
  const order: string[] = [];
  const queue = ['a', 'a', 'a', 'b'].map((asker) => wait(gate, never, asker));
  const all = queue.map(async ({ place }, index) => {
    const release = await place;
    order.push(`${index}`);
    release();
  });
  await new Promise(setImmediate);
  running();
  await Promise.all(all);
  expect(order).toEqual(['0', '3', '1', '2']);
  expect(queue.map(({ positions }) => positions)).toEqual([[1], [2, 3, 2, 1], [3, 4, 3, 2, 1], [2, 1]]);
});

it('makes room in a full queue for those who have less in it', async () => {
  const gate = bulkhead({ maxQueue: 3 });
  const running = taken(gate);
  const greedy = ['a', 'a', 'a'].map((asker) => wait(gate, never, asker));
  const modest = wait(gate, never, 'b');
  await expect(greedy[2]?.place).rejects.toBeInstanceOf(QueueFull);
  expect(states.at(-1)).toEqual({ inFlight: 1, waiting: 3 });
  await expect(wait(gate, never, 'b').place).rejects.toBeInstanceOf(QueueFull);
  await expect(wait(gate, never, 'a').place).rejects.toBeInstanceOf(QueueFull);
  running();
  (await greedy[0]?.place)?.();
  (await modest.place)();
});

it('has no queue at all when none is allowed', async () => {
  const gate = bulkhead({ maxQueue: 0 });
  taken(gate);
  await expect(wait(gate).place).rejects.toBeInstanceOf(QueueFull);
});

it('turns away who waited too long, and only them', async () => {
  const gate = bulkhead({ queueTimeoutMs: 10 });
  const running = taken(gate);
  await expect(wait(gate).place).rejects.toBeInstanceOf(QueueTimeout);
  running();
  expect(gate.tryTake()).toBeDefined();
  expect(waits).toEqual([0, 0]);
});

it('forgets at once who leaves, and moves up the others', async () => {
  const gate = bulkhead();
  const running = taken(gate);
  const leaving = new AbortController();
  const first = wait(gate, leaving.signal);
  const second = wait(gate);
  leaving.abort(new Error('left'));
  expect(states.at(-1)).toEqual({ inFlight: 1, waiting: 1 });
  await expect(first.place).rejects.toThrow('left');
  running();
  await second.place;
  expect(second.positions.at(-1)).toBe(1);
});

it('takes nobody in who has left already', async () => {
  const gate = bulkhead();
  await expect(wait(gate, AbortSignal.abort(new Error('left'))).place).rejects.toThrow('left');
  expect(states).toEqual([]);
});

it('takes a granted place back from a reader that went away without it', async () => {
  const gate = bulkhead();
  const running = taken(gate);
  const waiting = gate.wait(never, lane);
  await waiting.next();
  running();
  expect(states.at(-1)).toEqual({ inFlight: 1, waiting: 0 });
  await waiting.return(running);
  expect(states.at(-1)).toEqual({ inFlight: 0, waiting: 0 });
});

it('tells those far back only now and then, and everyone near the front each step', async () => {
  const gate = bulkhead({ maxQueue: 1000 });
  const running = taken(gate);
  const queue = Array.from({ length: 1000 }, () => wait(gate));
  await Promise.resolve();
  running();
  for (const { place } of queue) (await place)();
  const last = queue.at(-1)?.positions ?? [];
  expect(last[0]).toBe(1000);
  expect(last.slice(-16)).toEqual([16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(last.length).toBeLessThan(60);
});
