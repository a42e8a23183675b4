import { MemoryConversationStore } from './memory-conversation-store';

const limits = {
  ttlMs: 60_000,
  maxConversations: 3,
  maxTurns: 4,
  maxCharacters: 100,
  maxTotalCharacters: 1000,
};
const turn = (text: string) => ({ role: 'user', text }) as const;

describe('remembering conversations in the process', () => {
  it('knows nothing of an unknown conversation', async () => {
    expect(await new MemoryConversationStore(limits).read('x')).toEqual([]);
  });

  it('returns turns oldest first', async () => {
    const store = new MemoryConversationStore(limits);
    await store.append('a', [turn('1'), turn('2')]);
    await store.append('a', [turn('3')]);
    expect(await store.read('a')).toEqual([turn('1'), turn('2'), turn('3')]);
  });

  it('forgets the oldest turns beyond its limits, but never the last one', async () => {
    const store = new MemoryConversationStore(limits);
    await store.append('a', ['1', '2', '3', '4', '5'].map(turn));
    expect(await store.read('a')).toEqual(['2', '3', '4', '5'].map(turn));
    await store.append('a', [turn('x'.repeat(500))]);
    expect(await store.read('a')).toEqual([turn('x'.repeat(500))]);
  });

  it('makes room for a new conversation by forgetting the one used longest ago', async () => {
    const store = new MemoryConversationStore(limits);
    for (const id of ['a', 'b', 'c']) await store.append(id, [turn(id)]);
    await store.read('a');
    await store.append('d', [turn('d')]);
    expect(await store.read('b')).toEqual([]);
    expect(await store.read('a')).toEqual([turn('a')]);
  });

  it('forgets a conversation when its time is over', async () => {
    let now = 1;
    const store = new MemoryConversationStore(limits, { now: () => now });
    await store.append('a', [turn('1')]);
    now += limits.ttlMs + 1;
    expect(await store.read('a')).toEqual([]);
  });
});
