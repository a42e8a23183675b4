import type { ModelPlaces } from '@jamie/core';
import { emptyRedis } from '../test/empty-redis';
import { type Replica, startReplica, until } from '../test/replica';

const leaseMs = 600;
// For what must not be lost although this process is held up.
const longLeaseMs = 2000;
const redis = emptyRedis();
let replicas: Replica[];

beforeEach(() => {
  replicas = [];
});
afterEach(async () => {
  for (const { close } of replicas) await close();
});

async function placesOf(
  maxInFlight: number,
  times = { leaseMs },
): Promise<ModelPlaces & { readonly replica: Replica }> {
  const replica = await startReplica(redis().url, times);
  await replica.state.onModuleInit();
  replicas.push(replica);
  return Object.assign(replica.state.modelPlaces(maxInFlight), { replica });
}

describe('places at the model', () => {
  it('are as many for all replicas together, first come, first served', async () => {
    const [one, two] = [await placesOf(2), await placesOf(2)];
    expect([await one.take('a'), await two.take('b'), await two.take('c'), await one.take('d')]).toEqual([
      0, 0, 1, 2,
    ]);
    await one.giveBack('a');
    expect([await one.take('d'), await two.take('c'), await one.take('d')]).toEqual([1, 0, 1]);
  });

  it('tell whoever gives up the wait', async () => {
    const places = await placesOf(1);
    await places.take('a');
    expect([await places.take('b'), await places.take('c')]).toEqual([1, 2]);
    await places.giveBack('b');
    expect(await places.take('c')).toBe(1);
  });

  it('stay taken as long as their replica lives', async () => {
    const times = { leaseMs: longLeaseMs };
    const [one, two] = [await placesOf(1, times), await placesOf(1, times)];
    await one.take('a');
    const endsAt = performance.now() + 1.5 * longLeaseMs;
    while (performance.now() < endsAt) expect(await two.take('b')).toBe(1);
  });

  it('are free again when their replica is gone', async () => {
    const [one, two] = [await placesOf(1), await placesOf(1)];
    await one.take('a');
    expect(await two.take('b')).toBe(1);
    await one.replica.close();
    await until(async () => (await two.take('b')) === 0);
  });

  it('are all of this replica while Redis is away', async () => {
    const places = await placesOf(1);
    await places.replica.close();
    expect([await places.take('a'), await places.take('b')]).toEqual([0, 0]);
  });
});
