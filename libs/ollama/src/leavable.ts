type Next<T> = IteratorResult<T, undefined>;

/**
 * Makes an iterable of a generator that waits on a signal, so that leaving it early aborts at once: a plain async
 * generator queues `return()` behind the `next()` under way, which may wait for minutes. When the given signal aborts,
 * the generator's `finally` blocks run even if nobody reads on.
 */
export function leavable<T>(
  signal: AbortSignal,
  start: (signal: AbortSignal) => AsyncGenerator<T, void>,
): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => new LeavableIterator(signal, start) };
}

class LeavableIterator<T> implements AsyncIterator<T, undefined> {
  private readonly controller = new AbortController();
  private readonly source: AsyncGenerator<T, void>;
  private over = false;
  private left = false;

  constructor(
    private readonly signal: AbortSignal,
    start: (signal: AbortSignal) => AsyncGenerator<T, void>,
  ) {
    this.source = start(this.controller.signal);
    if (signal.aborted) this.onAbort();
    else signal.addEventListener('abort', this.onAbort, { once: true });
  }

  async next(): Promise<Next<T>> {
    if (this.over) return { done: true, value: undefined };
    try {
      const result = await this.source.next();
      if (!result.done) return result;
    } catch (thrown) {
      if (!this.left) throw this.end(thrown);
    }
    this.end();
    if (this.signal.aborted && !this.left && this.controller.signal.aborted) throw this.signal.reason;
    return { done: true, value: undefined };
  }

  async return(): Promise<Next<T>> {
    this.left = true;
    this.controller.abort();
    this.end();
    await this.source.return();
    return { done: true, value: undefined };
  }

  private readonly onAbort = (): void => {
    this.controller.abort(this.signal.reason);
    void this.source.return().catch(() => undefined);
  };

  private end<E>(thrown?: E): E | undefined {
    this.over = true;
    this.signal.removeEventListener('abort', this.onAbort);
    return thrown;
  }
}
