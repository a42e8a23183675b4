import type { ClaimedAsk, DeliveryClaims } from '@jamie/core';

let asks = 0;

/** A delivery of an ask that nobody has seen before. */
export function newDelivery(thread = 'C1:1', order = '1.0'): { keys: readonly string[]; ask: ClaimedAsk } {
  asks += 1;
  const id = `T1:C1:${asks}`;
  return { keys: [`event:E${asks}`, `ask:${id}`], ask: { id, thread, order, record: '{"id":1}' } };
}

/** What claims of every kind do. `open`: claims that know of nothing. */
export function describeDeliveryClaims(name: string, open: () => Promise<DeliveryClaims>): void {
  describe(`claiming deliveries ${name}`, () => {
    it('lets one in once', async () => {
      const claims = await open();
      const delivery = newDelivery();
      expect(await claims.claim(delivery)).toBeDefined();
      expect(await claims.claim(delivery)).toBeUndefined();
    });

    it('lets one of many in that come at once', async () => {
      const claims = await open();
      const delivery = newDelivery();
      const answers = await Promise.all(Array.from({ length: 20 }, () => claims.claim(delivery)));
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    it('knows it under each of its names, and takes none when one was taken', async () => {
      const claims = await open();
      const { keys, ask } = newDelivery();
      const [, askKey = ''] = keys;
      await claims.claim({ keys, ask });
      expect(await claims.claim({ keys: ['event:other', askKey], ask })).toBeUndefined();
      expect(await claims.claim({ keys: ['event:other'] })).toBeDefined();
    });

    it('remembers what is done', async () => {
      const claims = await open();
      const delivery = newDelivery();
      await (await claims.claim(delivery))?.settle();
      expect(await claims.claim(delivery)).toBeUndefined();
    });

    it('lets in again what was given back', async () => {
      const claims = await open();
      const delivery = newDelivery();
      await (await claims.claim(delivery))?.release();
      expect(await claims.claim(delivery)).toBeDefined();
    });

    it('holds what it has claimed, and has no orphans of its own', async () => {
      const claims = await open();
      const claim = await claims.claim(newDelivery());
      expect(await claim?.isHeld()).toBe(true);
      expect(await claim?.hasTurn()).toBe(true);
      expect(await claims.orphans()).toEqual([]);
    });
  });
}
