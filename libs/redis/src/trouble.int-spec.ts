import { MemoryConversationStore } from '@jamie/conversations';
import type { ConversationStore, Turn } from '@jamie/core';
import { FaultProxy, RedisServer } from '@jamie/testing';
import { type Replica, startReplica, until } from '../test/replica';

const limits = { ttlMs: 60_000, maxConversations: 1000, maxTurns: 40, maxCharacters: 10_000 };
const said = (text: string): readonly Turn[] => [{ role: 'user', text }];

let redis: RedisServer;
let proxy: FaultProxy;
let replica: Replica;
let store: ConversationStore;

async function start(url = proxy.url): Promise<void> {
  replica = await startReplica(url, { commandTimeoutMs: 300 });
  store = replica.state.conversations(
    new MemoryConversationStore({ ...limits, maxTotalCharacters: 100_000 }),
    limits,
  );
  await replica.state.onModuleInit();
}

const detail = () => replica.state.status().detail;
const local = () => until(() => replica.state.status().state === 'down');
const shared = () => until(() => replica.state.status().state === 'up');
const inRedis = async (id: string) =>
  (await redis.command('LLEN', `{jamie}:conversation:${id}`)).slice(1).trim();

/** A conversation goes on, whatever Redis does, and is in Redis when that has come back. */
async function expectSurvived(trouble: () => Promise<void>, recovery: () => Promise<void>): Promise<void> {
  await shared();
  await store.append('a', said('before'));
  await trouble();
  await store.append('a', said('during'));
  await local();
  expect(await store.read('a')).toEqual([...said('before'), ...said('during')]);
  await recovery();
  await shared();
  await until(async () => (await inRedis('a')) === '2');
  expect(await store.read('a')).toEqual([...said('before'), ...said('during')]);
  expect(replica.observer.states.slice(-2)).toEqual(['local', 'shared']);
}

beforeEach(async () => {
  redis = await RedisServer.start();
  proxy = await FaultProxy.start({ target: redis.url });
});
afterEach(async () => {
  await replica.close();
  await proxy.stop();
  await redis.stop();
});

describe('Redis', () => {
  it('may be down at the start', async () => {
    await proxy.refuse();
    await start();
    expect(replica.state.status().state).toBe('down');
    expect(detail()).toMatch(/cannot be used, so state is kept in this process for now/);
    await store.append('a', said('hm?'));
    expect(await store.read('a')).toEqual(said('hm?'));
    await proxy.accept();
    await until(async () => (await inRedis('a')) === '1');
    expect(detail()).toMatch(/^Shared in Redis at 127\.0\.0\.1:\d+\.$/);
  });

  it('may be lost in the middle', async () => {
    await start();
    await expectSurvived(
      () => proxy.refuse(),
      () => proxy.accept(),
    );
  });

  it('may stop answering: nobody waits longer than for one command, and nothing piles up', async () => {
    await start();
    await expectSurvived(
      async () => {
        redis.pause();
        await store.append('b', said('slow'));
        await local();
        const before = replica.observer.outcomes.length;
        await Promise.all(Array.from({ length: 500 }, (_, at) => store.append(`c${at}`, said('more'))));
        expect(replica.observer.outcomes.length).toBe(before);
        expect(detail()).toContain('no answer within 300 ms');
      },
      () => Promise.resolve(redis.resume()),
    );
  });

  it('may be slow, and is used again when it is not', async () => {
    await start();
    await expectSurvived(
      () => Promise.resolve(proxy.inject({ kind: 'latency', delayMs: 800 })),
      () => Promise.resolve(proxy.heal()),
    );
  });

  it('may answer nonsense: nothing is lost, and nothing is there twice', async () => {
    await start();
    await shared();
    proxy.inject({ kind: 'garbage', afterBytes: 0 });
    const turns = Array.from({ length: 5 }, (_, at) => said(`turn ${at}`));
    for (const turn of turns) await store.append('a', turn);
    await until(() => replica.observer.states.includes('local'));
    proxy.heal();
    await shared();
    await until(async () => (await inRedis('a')) === '5');
    expect(new Set(await store.read('a'))).toEqual(new Set(turns.flat()));
  });

  it('may be out of memory', async () => {
    await start();
    await expectSurvived(
      async () => {
        await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
        await redis.command('CONFIG', 'SET', 'maxmemory', '1');
      },
      async () => {
        expect(detail()).toContain('out of memory: raise maxmemory');
        await redis.command('CONFIG', 'SET', 'maxmemory', '0');
      },
    );
  });

  it('may have become a read-only replica', async () => {
    await start();
    await expectSurvived(
      async () => {
        await redis.command('REPLICAOF', '127.0.0.1', '1');
      },
      async () => {
        expect(detail()).toMatch(/read-only replica|still loading/);
        await redis.command('REPLICAOF', 'NO', 'ONE');
      },
    );
  });

  it('may come back with nothing in it', async () => {
    await start();
    await store.append('a', said('before'));
    await redis.kill();
    await local();
    await store.append('a', said('during'));
    await redis.start();
    await until(async () => (await inRedis('a')) === '1');
    await store.append('a', said('after'));
    expect((await store.read('a')).at(-1)).toEqual(said('after')[0]);
    expect(replica.observer.states.slice(-2)).toEqual(['local', 'shared']);
  });

  it('may refuse the password, which nobody gets to read', async () => {
    await redis.command('CONFIG', 'SET', 'requirepass', 'right');
    await start(proxy.url.replace('redis://', 'redis://:hunter2@'));
    expect(detail()).toContain('it refuses the user or password in REDIS_URL');
    expect(detail()).not.toContain('hunter2');
    await store.append('a', said('hm?'));
    expect(await store.read('a')).toEqual(said('hm?'));
  });

  it('may want one that is not in the address', async () => {
    await redis.command('CONFIG', 'SET', 'requirepass', 'right');
    await start();
    expect(detail()).toContain('it refuses the user or password in REDIS_URL');
  });

  it('is used with the right password and a database number', async () => {
    await redis.command('CONFIG', 'SET', 'requirepass', 'right');
    await start(`${proxy.url.replace('redis://', 'redis://:right@')}/3`);
    expect(replica.state.status()).toEqual({
      name: 'store',
      state: 'up',
      detail: expect.not.stringContaining('right'),
    });
    await store.append('a', said('hm?'));
    expect(replica.observer.outcomes).not.toContain('error');
  });
});
