export interface RetryDelays {
  readonly retryDelayMs: number;
  readonly retryMaxDelayMs: number;
}

/** Twice as long after each attempt, of which a random half: clients that failed together do not come back together. */
export function retryDelayMs(attemptsMade: number, delays: RetryDelays, random = Math.random()): number {
  const full = Math.min(delays.retryMaxDelayMs, delays.retryDelayMs * 2 ** (attemptsMade - 1));
  return full / 2 + (full / 2) * random;
}

/** @throws the signal's reason when it comes first */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      settle();
    };
    const leave = () => end(() => reject(signal.reason));
    const timer = setTimeout(() => end(resolve), ms);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}
