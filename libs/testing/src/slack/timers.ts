/** Every timer of one stand-in, so that stopping it leaves none behind. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();
  #stopped = false;

  /** Calls back after `delayMs`, unless cancelled or stopped before. */
  after(delayMs: number, callback: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      callback();
    }, delayMs);
    this.#running.add(timer);
    return () => this.#cancel(timer);
  }

  every(intervalMs: number, callback: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const timer = setInterval(callback, intervalMs);
    this.#running.add(timer);
    return () => this.#cancel(timer);
  }

  /** Never resolves once everything was stopped: what waits then has nobody to report to. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }

  #cancel(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.#running.delete(timer);
  }
}
