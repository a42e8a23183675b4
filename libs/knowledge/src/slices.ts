import { setImmediate } from 'node:timers/promises';

/**
 * Work in steps: each `yield` is a place where it may be interrupted. Run it with `inSlices`, or, where waiting is not
 * allowed, with `atOnce`.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

const sliceMs = 8;

/** Runs the steps in slices of about 8 ms and lets everything else on the event loop run between them. */
export async function inSlices<Result>(steps: Steps<Result>): Promise<Result> {
  for (;;) {
    const end = performance.now() + sliceMs;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
    await setImmediate();
  }
}

/** Runs all steps without a pause. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
