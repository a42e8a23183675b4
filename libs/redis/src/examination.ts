import { type DependencyStatus, StoreObserver } from '@jamie/core';
import { RedisConnection } from './redis-connection';
import { type RedisOptions, settingsOf } from './redis-options';

/** Connects once, as the application connects, and tells what came of it. Never rejects. */
export async function examineRedis(options: RedisOptions): Promise<DependencyStatus> {
  const connection = new RedisConnection(settingsOf(options), new Unobserved());
  try {
    await connection.open();
    return connection.status();
  } finally {
    connection.close();
  }
}

class Unobserved extends StoreObserver {
  commandFinished(): void {}
  stateChanged(): void {}
  takenOver(): void {}
}
