import { leavable } from './leavable';

const never = new AbortController().signal;

/** Counts up, then waits for the signal. */
async function* countAndWait(signal: AbortSignal, log: string[]): AsyncGenerator<number, void> {
  try {
    yield 1;
    yield 2;
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  } finally {
    log.push('closed');
  }
}

const opened = (signal: AbortSignal, log: string[]) =>
  leavable(signal, (inner) => countAndWait(inner, log))[Symbol.asyncIterator]();

it('passes everything on and ends', async () => {
  const heard: number[] = [];
  const source = leavable(never, async function* () {
    yield 1;
    yield 2;
  });
  for await (const value of source) heard.push(value);
  expect(heard).toEqual([1, 2]);
});

it('passes errors on, once', async () => {
  const iterator = leavable(never, async function* () {
    yield 1;
    throw new Error('broken');
  })[Symbol.asyncIterator]();
  await iterator.next();
  await expect(iterator.next()).rejects.toThrow('broken');
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

it('ends a wait when the iterator is left, without an error', async () => {
  const log: string[] = [];
  const iterator = opened(never, log);
  await iterator.next();
  await iterator.next();
  const pending = iterator.next();
  await iterator.return?.();
  expect([await pending, log]).toEqual([{ done: true, value: undefined }, ['closed']]);
});

it('throws the reason of the signal, once', async () => {
  const leaving = new AbortController();
  const log: string[] = [];
  const iterator = opened(leaving.signal, log);
  await iterator.next();
  await iterator.next();
  const pending = iterator.next();
  leaving.abort(new Error('left'));
  await expect(pending).rejects.toThrow('left');
  expect([await iterator.next(), log]).toEqual([{ done: true, value: undefined }, ['closed']]);
});

it('cleans up after the signal even if nobody reads on, and tells the reason to who does', async () => {
  const leaving = new AbortController();
  const log: string[] = [];
  const iterator = opened(leaving.signal, log);
  await iterator.next();
  leaving.abort(new Error('left'));
  await new Promise(setImmediate);
  expect(log).toEqual(['closed']);
  await expect(iterator.next()).rejects.toThrow('left');
});

it('does not even begin with a signal that was aborted before', async () => {
  const log: string[] = [];
  await expect(opened(AbortSignal.abort(new Error('left')), log).next()).rejects.toThrow('left');
  expect(log).toEqual([]);
});
