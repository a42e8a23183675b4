export { examineRedis } from './examination';
export { RedisModule } from './redis.module';
export { type RedisOptions } from './redis-options';
