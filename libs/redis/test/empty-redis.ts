import { RedisServer } from '@jamie/testing';

/** A real redis-server for all tests of a file, with an empty database for each. */
export function emptyRedis(): () => RedisServer {
  let redis: RedisServer | undefined;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(async () => {
    await redis?.stop();
  });
  beforeEach(async () => {
    await redis?.command('FLUSHALL');
  });
  return () => {
    if (redis === undefined) throw new Error('Redis has not been started yet');
    return redis;
  };
}
