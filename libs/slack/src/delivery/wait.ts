import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, without keeping the process alive. Throws the signal's reason when it is aborted first. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal, ref: false });
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  }
}
