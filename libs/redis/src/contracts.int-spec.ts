import { MemoryConversationStore } from '@jamie/conversations';
import { JoinedThreads, RateLimit } from '@jamie/core';
import {
  MemoryClaims,
  describeConversationStore,
  describeDeliveryClaims,
  describeJoinedThreads,
  describeRateLimit,
} from '@jamie/testing';
import { emptyRedis } from '../test/empty-redis';
import { type Replica, startReplica } from '../test/replica';

/** Answers in its own way, so that a test which was not served by Redis fails. */
class NoPoints extends RateLimit {
  take(): Promise<number> {
    return Promise.resolve(-1);
  }
}

class NoThreads extends JoinedThreads {
  join(): Promise<void> {
    return Promise.resolve();
  }

  since(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

const redis = emptyRedis();
let replica: Replica;

beforeEach(async () => {
  replica = await startReplica(redis().url);
  await replica.state.onModuleInit();
});
afterEach(async () => {
  const failed = replica.observer.outcomes.filter((outcome) => outcome !== 'success');
  if (failed.length > 0) throw new Error(`Redis did not do everything: ${failed.join()}`);
  await replica.close();
});

describeConversationStore('in Redis', (limits) =>
  Promise.resolve(
    // Nothing is kept beside Redis.
    replica.state.conversations(
      new MemoryConversationStore({ ...limits, ttlMs: 1, maxTotalCharacters: 1 }),
      limits,
    ),
  ),
);

describeDeliveryClaims('in Redis', () => Promise.resolve(replica.state.claims(new MemoryClaims())));

describeRateLimit('in Redis', (rule) => Promise.resolve(replica.state.rateLimit(rule, new NoPoints())));

describeJoinedThreads('in Redis', () => replica.state.threads(new NoThreads()));

describe('what is written', () => {
  it('stands under one hash tag, and is forgotten in time', async () => {
    const limits = { ttlMs: 60_000, maxConversations: 3, maxTurns: 4, maxCharacters: 100 };
    const store = replica.state.conversations(
      new MemoryConversationStore({ ...limits, maxTotalCharacters: 9 }),
      limits,
    );
    await store.append('a', [{ role: 'user', text: 'hm?' }]);
    const ask = { id: 'T:C:1', thread: 'C:1', order: '1.0', record: '{}' };
    const claim = await replica.state.claims(new MemoryClaims()).claim({ keys: ['ask:T:C:1'], ask });
    await claim?.hasTurn();
    await replica.state.rateLimit({ name: 'asks', points: 1, seconds: 60 }, new NoPoints()).take('somebody');
    await replica.state.threads(new NoThreads()).join('C:1', '1.0');
    const places = replica.state.modelPlaces(1);
    for (const ticket of ['1', '2']) await places.take(ticket);
    const keys = (await redis().command('KEYS', '*')).split('\r\n').filter((line) => /^[^*$]/.test(line));
    expect(keys.length).toBeGreaterThanOrEqual(11);
    for (const key of keys) {
      expect(key).toMatch(/^\{jamie\}:/);
      expect(`${key} ${await redis().command('PTTL', key)}`).toMatch(/ :[1-9]/);
    }
  });
});
