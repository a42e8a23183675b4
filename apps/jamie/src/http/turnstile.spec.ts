import { AsyncLocalStorage } from 'node:async_hooks';
import { turnstile } from './turnstile';

/** The handler under test looks at neither request nor response. */
function entrance(): (next: () => unknown) => void {
  const gate = turnstile();
  return (next) => void Reflect.apply(gate, undefined, [{}, {}, next]);
}

/** As many rounds of the event loop as are left to others between two. */
async function rounds(): Promise<void> {
  for (let round = 0; round < 4; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a turnstile', () => {
  it('lets the first one through at once, and one more each time that others had the event loop', async () => {
    const enter = entrance();
    const inside: string[] = [];
    for (const name of ['a', 'b', 'c']) enter(() => inside.push(name));
    expect(inside).toEqual(['a']);
    await rounds();
    expect(inside).toEqual(['a', 'b']);
    await rounds();
    expect(inside).toEqual(['a', 'b', 'c']);
    await rounds();
    enter(() => inside.push('d'));
    expect(inside).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets nobody in ahead of those who wait', async () => {
    const enter = entrance();
    const inside: string[] = [];
    for (const name of ['a', 'b']) enter(() => inside.push(name));
    enter(() => inside.push('c'));
    await rounds();
    enter(() => inside.push('d'));
    expect(inside).toEqual(['a', 'b']);
    await rounds();
    await rounds();
    expect(inside).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves each its own context', async () => {
    const storage = new AsyncLocalStorage<string>();
    const enter = entrance();
    const seen: unknown[] = [];
    for (const name of ['a', 'b']) storage.run(name, () => enter(() => seen.push(storage.getStore())));
    await rounds();
    expect(seen).toEqual(['a', 'b']);
  });
});
