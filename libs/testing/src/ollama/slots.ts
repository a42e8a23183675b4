/** Places at the loaded model. Like the real server, it lets any number wait, in order, and turns nobody away. */
export class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  /** Resolves to a function that gives the place back; `undefined` when the signal came first. */
  async take(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.free > 0) {
      this.free -= 1;
      return () => this.give();
    }
    const granted = await this.wait(signal);
    return granted ? () => this.give() : undefined;
  }

  private wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const grant = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(grant), 1);
        resolve(false);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(grant);
    });
  }

  private give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
