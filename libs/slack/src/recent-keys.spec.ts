import { RecentKeys } from './recent-keys';

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `key ${from + at}`);

describe('recent keys', () => {
  it('are known until they are deleted, and may then be added again', () => {
    const keys = new RecentKeys(10);
    for (const key of names(0, 8)) keys.add(key);
    keys.delete('key 3');
    expect(names(0, 9).map((key) => keys.has(key))).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 0].map(Boolean));
    keys.add('key 3');
    expect(keys.has('key 3')).toBe(true);
  });

  it('are at least as many as were asked for, and at most twice as many', () => {
    const keys = new RecentKeys(1000);
    for (const key of names(0, 10_500)) keys.add(key);
    const known = names(0, 10_500).filter((key) => keys.has(key));
    expect(known.slice(-1000)).toEqual(names(9500, 10_500));
    expect(known.length).toBeLessThanOrEqual(2000);
  });

  it('are counted once, however often they are added', () => {
    const keys = new RecentKeys(10);
    keys.add('first');
    for (let time = 0; time < 100; time += 1) for (const key of names(0, 9)) keys.add(key);
    expect(keys.has('first')).toBe(true);
  });

  it('may be deleted and added for ever', () => {
    const keys = new RecentKeys(10);
    for (const key of names(0, 1000)) {
      keys.add(key);
      keys.delete(key);
      expect(keys.has(key)).toBe(false);
    }
  });
});
