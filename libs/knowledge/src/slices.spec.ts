import { atOnce, inSlices, type Steps } from './slices';

function* countTo(last: number, busyMs = 0): Steps<number> {
  for (let step = 1; step < last; step += 1) {
    const end = performance.now() + busyMs;
    while (performance.now() < end);
    yield;
  }
  return last;
}

describe('work in steps', () => {
  it('has the same result in slices and at once', async () => {
    expect(atOnce(countTo(1_000))).toBe(1_000);
    await expect(inSlices(countTo(1_000))).resolves.toBe(1_000);
  });

  it('lets other things run while it is done in slices', async () => {
    let others = 0;
    const interval = setInterval(() => (others += 1), 1);
    await inSlices(countTo(60, 1));
    clearInterval(interval);
    expect(others).toBeGreaterThan(1);
  });

  it('rejects with what a step throws', async () => {
    function* failing(): Steps<void> {
      yield;
      throw new Error('broken');
    }
    await expect(inSlices(failing())).rejects.toThrow('broken');
  });
});
