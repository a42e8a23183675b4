import { examineRedis } from '@jamie/redis';
import type { Config } from '../../../config/config';
import { type Finding, findingsOf } from '../finding';

const { ok, wrong } = findingsOf('redis');

/** Can the state be shared, where it is meant to be? */
export async function* checkRedis(config: Config): AsyncGenerator<Finding> {
  const { REDIS_URL: url, REDIS_LEASE_SECONDS: seconds } = config;
  if (url === undefined) {
    yield ok('off: REDIS_URL is not set, so state is kept in the process, which is right for one replica');
    return;
  }
  const { state, detail } = await examineRedis({ url, leaseMs: seconds * 1000 });
  if (state === 'up') yield ok(detail);
  else yield wrong(detail, 'start Redis there, or set REDIS_URL to where it runs');
}
