import { OneAtATime } from './one-at-a-time';

/** A task whose runs end when the test says so. */
class Doors {
  readonly waiting: (() => void)[] = [];
  running = 0;
  most = 0;

  readonly pass = async (): Promise<void> => {
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    await new Promise<void>((open) => this.waiting.push(open));
    this.running -= 1;
  };

  open(): void {
    this.waiting.shift()?.();
  }

  async until(count: number): Promise<void> {
    while (this.waiting.length < count) await new Promise(setImmediate);
  }
}

describe('a task that runs one at a time', () => {
  it('runs once more for any number of wishes that came while it ran', async () => {
    const doors = new Doors();
    const task = new OneAtATime(doors.pass);
    const first = task.run();
    await doors.until(1);
    const others = [task.run(), task.run(), task.run()];
    doors.open();
    await first;
    await doors.until(1);
    doors.open();
    await Promise.all(others);
    expect(doors.most).toBe(1);
    expect(doors.waiting).toHaveLength(0);
  });

  it('goes on after a run that failed', async () => {
    let runs = 0;
    const task = new OneAtATime(async () => {
      runs += 1;
      if (runs === 1) throw new Error('first');
    });
    await expect(task.run()).rejects.toThrow('first');
    await expect(task.run()).resolves.toBeUndefined();
    await expect(task.settled()).resolves.toBeUndefined();
    expect(runs).toBe(2);
  });
});
