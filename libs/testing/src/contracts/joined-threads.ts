import type { JoinedThreads } from '@jamie/core';

/** What every memory of threads does. */
export function describeJoinedThreads(name: string, open: () => JoinedThreads): void {
  describe(`the joined threads ${name}`, () => {
    it('are known from the message on that named Jamie', async () => {
      const threads = open();
      await threads.join('C1:10.000000', '20.000000');
      expect(await threads.since('C1:10.000000')).toBe('20.000000');
      expect(await threads.since('C2:10.000000')).toBeUndefined();
    });

    it('keep the earliest such message, in whatever order they come', async () => {
      const threads = open();
      for (const ts of ['20.000000', '15.000000', '30.000000']) await threads.join('C1:10.000000', ts);
      expect(await threads.since('C1:10.000000')).toBe('15.000000');
    });
  });
}
