import { MemoryClaims, RecordingStoreObserver } from '@jamie/testing';
import { Logger } from '@nestjs/common';
import { type RedisOptions, settingsOf } from '../src/redis-options';
import { RedisSharedState } from '../src/redis-shared-state';

Logger.overrideLogger(false);

/** State of one replica, as the application has it, with short times. */
export interface Replica {
  readonly state: RedisSharedState;
  readonly observer: RecordingStoreObserver;
  readonly local: MemoryClaims;
  close(): Promise<void>;
}

export async function startReplica(url: string, options: Partial<RedisOptions> = {}): Promise<Replica> {
  const observer = new RecordingStoreObserver();
  const times = { leaseMs: 20_000, retryMs: 20, longestRetryMs: 50, patienceMs: 50 };
  const settings = settingsOf({ ...times, ...options, url });
  const state = new RedisSharedState(settings, observer);
  return { state, observer, local: new MemoryClaims(), close: () => state.onApplicationShutdown() };
}

/** Asks again and again until it holds; whoever waits for what never comes is ended by the test's deadline. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
