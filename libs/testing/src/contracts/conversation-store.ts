import type { ConversationLimits, ConversationStore, Turn } from '@jamie/core';

const turn = (text: string): Turn => ({ role: 'user', text });

/** What every conversation store does. `open`: an empty store with these limits. */
export function describeConversationStore(
  name: string,
  open: (limits: ConversationLimits) => Promise<ConversationStore>,
): void {
  const limits = { ttlMs: 60_000, maxConversations: 3, maxTurns: 4, maxCharacters: 100 };

  describe(`remembering conversations ${name}`, () => {
    it('knows nothing of an unknown conversation', async () => {
      expect(await (await open(limits)).read('x')).toEqual([]);
    });

    it('returns turns oldest first, each as it was said', async () => {
      const store = await open(limits);
      const said = [turn('1 "quoted"\n'), { role: 'assistant', text: '2 ü 🙂' } as const];
      await store.append('a:b', said);
      await store.append('a:b', [turn('3')]);
      expect(await store.read('a:b')).toEqual([...said, turn('3')]);
    });

    it('keeps conversations apart', async () => {
      const store = await open(limits);
      await store.append('a', [turn('1')]);
      await store.append('b', [turn('2')]);
      expect(await store.read('a')).toEqual([turn('1')]);
    });

    it('adds in one step: what is said at once never interleaves', async () => {
      const store = await open({ ...limits, maxTurns: 100 });
      const pairs = Array.from({ length: 20 }, (_, at) => [turn(`q${at}`), turn(`a${at}`)]);
      await Promise.all(pairs.map((pair) => store.append('a', pair)));
      const texts = (await store.read('a')).map(({ text }) => text);
      expect(texts).toHaveLength(40);
      for (let at = 0; at < 40; at += 2) expect(texts[at + 1]).toBe(texts[at]?.replace('q', 'a'));
    });

    it('forgets the oldest turns beyond its limits, but never the last one', async () => {
      const store = await open(limits);
      await store.append('a', ['1', '2', '3', '4', '5'].map(turn));
      expect(await store.read('a')).toEqual(['2', '3', '4', '5'].map(turn));
      await store.append('a', [turn('ü'.repeat(99))]);
      expect(await store.read('a')).toEqual([turn('5'), turn('ü'.repeat(99))]);
      await store.append('a', [turn('x'.repeat(500))]);
      expect(await store.read('a')).toEqual([turn('x'.repeat(500))]);
    });

    it('makes room for a new conversation by forgetting the one used longest ago', async () => {
      const store = await open(limits);
      for (const id of ['a', 'b', 'c']) await store.append(id, [turn(id)]);
      await store.read('a');
      await store.append('d', [turn('d')]);
      expect(await store.read('b')).toEqual([]);
      expect(await store.read('a')).toEqual([turn('a')]);
    });

    it('forgets a conversation when its time is over', async () => {
      const store = await open({ ...limits, ttlMs: 40 });
      await store.append('a', [turn('1')]);
      while ((await store.read('a')).length > 0) await new Promise(setImmediate);
    });
  });
}
