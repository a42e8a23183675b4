/** Runs a task never twice at the same time. Asked for while it runs, it runs once more afterwards. */
export class OneAtATime {
  private last: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(private readonly task: () => Promise<void>) {}

  /** Resolves when a run that began after this call has ended; rejects with its error. */
  run(): Promise<void> {
    if (this.next === undefined) {
      this.next = this.afterLast();
      this.last = this.next;
    }
    return this.next;
  }

  /** Resolves when nothing runs any more; never rejects. */
  async settled(): Promise<void> {
    await this.last.catch(() => undefined);
  }

  private async afterLast(): Promise<void> {
    await this.settled();
    this.next = undefined;
    await this.task();
  }
}
