import { FaultProxy, MemoryClaims, newDelivery } from '@jamie/testing';
import type { Claim, DeliveryClaims } from '@jamie/core';
import { emptyRedis } from '../test/empty-redis';
import { type Replica, startReplica, until } from '../test/replica';

const leaseMs = 600;
// For what must not be lost although this process is held up.
const longLeaseMs = 2000;

/** A replica whose way to Redis can be cut. */
interface Reached extends Replica {
  readonly proxy: FaultProxy;
  readonly claims: DeliveryClaims;
}

const redis = emptyRedis();
let replicas: Reached[];

beforeEach(() => {
  replicas = [];
});
afterEach(async () => {
  for (const { proxy, close } of replicas) {
    await close();
    await proxy.stop();
  }
});

async function replica(
  options: { left?: MemoryClaims; leaseMs?: number; silenceMs?: number; patienceMs?: number } = {},
): Promise<Reached> {
  const { left = new MemoryClaims(), ...times } = options;
  const proxy = await FaultProxy.start({ target: redis().url });
  const started = await startReplica(proxy.url, { leaseMs, ...times });
  const claims = started.state.claims(left);
  await started.state.onModuleInit();
  const reached = { ...started, proxy, claims };
  replicas.push(reached);
  return reached;
}

const lost = ({ state }: Replica) => until(() => state.status().state === 'down');
const back = ({ state }: Replica) => until(() => state.status().state === 'up');

async function claimed(from: Reached, delivery = newDelivery()): Promise<Claim> {
  const claim = await from.claims.claim(delivery);
  if (claim === undefined) throw new Error('was taken');
  return claim;
}

async function cut(from: Reached): Promise<void> {
  await from.proxy.refuse();
  await lost(from);
}

async function reconnect(from: Reached): Promise<void> {
  await from.proxy.accept();
  await back(from);
}

describe('replicas that reach Redis', () => {
  it('let each delivery in once between them', async () => {
    const [one, two] = [await replica(), await replica()];
    const delivery = newDelivery();
    const answers = await Promise.all([one, two, one, two].map(({ claims }) => claims.claim(delivery)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('leave a mention that comes as a message, too, to the other event', async () => {
    const [one, two] = [await replica(), await replica()];
    await cut(one);
    const delivery = newDelivery();
    const echoes = await Promise.all(
      [one, two].map(({ claims }) => claims.claim({ ...delivery, echo: true })),
    );
    expect(echoes).toEqual([undefined, undefined]);
    expect(await two.claims.claim(delivery)).toBeDefined();
  });

  it('answer the asks of a thread in order, whoever has them', async () => {
    const [one, two] = [await replica(), await replica()];
    const first = await claimed(one, newDelivery('C:1', '1.0'));
    const second = await claimed(two, newDelivery('C:1', '2.0'));
    const elsewhere = await claimed(two, newDelivery('C:2', '3.0'));
    expect(await second.hasTurn()).toBe(false);
    expect(await elsewhere.hasTurn()).toBe(true);
    expect(await first.hasTurn()).toBe(true);
    await first.settle();
    expect(await second.hasTurn()).toBe(true);
  });

  it('do not let an earlier message that came late run beside one that has begun', async () => {
    const [one, two] = [await replica(), await replica()];
    const later = await claimed(one, newDelivery('C:1', '2.0'));
    expect(await later.hasTurn()).toBe(true);
    const earlier = await claimed(two, newDelivery('C:1', '1.0'));
    expect(await earlier.hasTurn()).toBe(false);
    await later.settle();
    expect(await earlier.hasTurn()).toBe(true);
  });

  it('take nothing over from one that lives', async () => {
    const times = { leaseMs: longLeaseMs };
    const [one, two] = [await replica(times), await replica(times)];
    const claim = await claimed(one);
    const endsAt = performance.now() + 1.5 * longLeaseMs;
    while (performance.now() < endsAt) expect(await two.claims.orphans()).toEqual([]);
    expect(await claim.isHeld()).toBe(true);
  });
});

describe('a replica that is gone', () => {
  it('leaves its asks to the others, each to one of them', async () => {
    const [one, two, three] = [await replica(), await replica(), await replica()];
    const deliveries = [newDelivery(), newDelivery(), newDelivery()];
    for (const delivery of deliveries) await one.claims.claim(delivery);
    await cut(one);
    const taken: string[] = [];
    await until(async () => {
      const both = await Promise.all([two.claims.orphans(), three.claims.orphans()]);
      taken.push(...both.flat().map(({ ask }) => ask.id));
      return taken.length >= 3;
    });
    expect(taken.sort()).toEqual(deliveries.map(({ ask }) => ask.id).sort());
    expect([await two.claims.orphans(), await three.claims.orphans()]).toEqual([[], []]);
    expect(two.observer.takeovers + three.observer.takeovers).toBe(3);
  });

  it('says nothing more when it comes back, and cannot settle what is not its own', async () => {
    const [one, two] = [await replica(), await replica()];
    const delivery = newDelivery();
    const claim = await claimed(one, delivery);
    await cut(one);
    let orphans = await two.claims.orphans();
    await until(async () => (orphans = [...orphans, ...(await two.claims.orphans())]).length > 0);
    expect(await claim.isHeld()).toBe(false);
    await reconnect(one);
    expect(await claim.isHeld()).toBe(false);
    await claim.settle();
    await claim.release();
    const [orphan] = orphans;
    expect(await orphan?.claim.isHeld()).toBe(true);
    expect(await one.claims.claim(delivery)).toBeUndefined();
    await orphan?.claim.settle();
    expect([await one.claims.orphans(), await two.claims.orphans()]).toEqual([[], []]);
  });

  it('keeps what nobody took over meanwhile', async () => {
    const one = await replica();
    const claim = await claimed(one);
    await cut(one);
    await until(async () => (await redis().command('KEYS', '{jamie}:replica:*')).startsWith('*0'));
    await reconnect(one);
    expect(await claim.isHeld()).toBe(true);
  });

  it('finishes itself what it had to drop, when it is the first to be back', async () => {
    const one = await replica();
    const claim = await claimed(one);
    await cut(one);
    await until(async () => !(await claim.isHeld()));
    await reconnect(one);
    const [orphan, ...more] = await one.claims.orphans();
    expect(orphan?.ask).toEqual(claim.delivery.ask);
    expect(more).toEqual([]);
    expect(await orphan?.claim.isHeld()).toBe(true);
    // Whoever still works for the dropped one must not speak.
    expect(await claim.isHeld()).toBe(false);
  });

  it('is not waited for by the asks behind its own', async () => {
    const [one, two] = [await replica(), await replica()];
    await (await claimed(one, newDelivery('C:1', '1.0'))).hasTurn();
    const second = await claimed(two, newDelivery('C:1', '2.0'));
    await cut(one);
    await until(async () => {
      for (const { claim } of await two.claims.orphans()) await claim.settle();
      return second.hasTurn();
    });
  });

  it('after its restart does not ask anew what another replica has', async () => {
    const [one, two] = [await replica(), await replica()];
    const delivery = newDelivery();
    await claimed(one, delivery);
    const again = await replica({ left: new MemoryClaims([delivery]) });
    expect(await again.claims.orphans()).toEqual([]);
    await cut(one);
    const found = async () => [...(await two.claims.orphans()), ...(await again.claims.orphans())];
    let orphans = await found();
    await until(async () => (orphans = [...orphans, ...(await found())]).length > 0);
    expect(orphans).toHaveLength(1);
  });
});

describe('while Redis is away', () => {
  it('each replica goes on with its own claims, and tells them afterwards', async () => {
    const [one, two] = [await replica(), await replica()];
    await cut(one);
    const [done, open] = [newDelivery(), newDelivery()];
    const [first, second] = [await claimed(one, done), await claimed(one, open)];
    expect([await first.isHeld(), await first.hasTurn()]).toEqual([true, true]);
    expect(await one.claims.claim(done)).toBeUndefined();
    await first.settle();
    await reconnect(one);
    expect([await two.claims.claim(done), await two.claims.claim(open)]).toEqual([undefined, undefined]);
    expect(await second.isHeld()).toBe(true);
  });

  it('a delivery that comes right then waits for it: somebody else may have taken it', async () => {
    const [one, two] = [await replica({ patienceMs: 60_000 }), await replica()];
    const [taken, free] = [newDelivery(), newDelivery()];
    await claimed(two, taken);
    await cut(one);
    const claiming = Promise.all([one.claims.claim(taken), one.claims.claim(free)]);
    await reconnect(one);
    const [other, own] = await claiming;
    expect([other, await own?.isHeld(), await two.claims.claim(free)]).toEqual([undefined, true, undefined]);
  });

  it('of two that took the same ask, the one that tells later stops', async () => {
    const [one, two] = [await replica(), await replica()];
    await Promise.all([cut(one), cut(two)]);
    const delivery = newDelivery();
    const [first, second] = [await claimed(one, delivery), await claimed(two, delivery)];
    await reconnect(one);
    await reconnect(two);
    await until(async () => !(await second.isHeld()));
    expect(await first.isHeld()).toBe(true);
  });

  it('finishes what it had dropped when nobody was heard of for long', async () => {
    const one = await replica({ silenceMs: 300 });
    const claim = await claimed(one);
    await cut(one);
    await until(async () => !(await claim.isHeld()));
    let orphans = await one.claims.orphans();
    await until(async () => (orphans = [...orphans, ...(await one.claims.orphans())]).length > 0);
    expect(orphans.map(({ ask }) => ask)).toEqual([claim.delivery.ask]);
    expect(await orphans[0]?.claim.isHeld()).toBe(true);
  });
});

describe('a database that lost its data', () => {
  it('is told again what is open and what is done', async () => {
    const [one, two] = [await replica(), await replica()];
    const [done, open] = [newDelivery('C:1', '1.0'), newDelivery('C:1', '2.0')];
    await (await claimed(one, done)).settle();
    const claim = await claimed(one, open);
    await claim.hasTurn();
    await until(async () =>
      (await redis().command('EXISTS', `{jamie}:claim:${done.keys[0] ?? ''}`)).startsWith(':1'),
    );
    expect([await two.claims.claim(done), await two.claims.claim(open)]).toEqual([undefined, undefined]);
    const behind = await claimed(two, newDelivery('C:1', '1.5'));
    expect([await behind.hasTurn(), await claim.isHeld()]).toEqual([false, true]);
  });
});
