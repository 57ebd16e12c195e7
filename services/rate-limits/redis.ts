import { RateLimiterRedis } from 'rate-limiter-flexible';
import { openRedis, type RedisClient, type RedisOptions } from '#services/redis/open-redis.ts';
import type { Circuit } from '#services/resilience/circuit.ts';
import { limiterForEachRule, takeFrom, toStoredKey } from './counting.ts';
import { createMemoryRateLimits } from './memory.ts';
import type { RateLimits } from './port.ts';

export interface RedisRateLimitsOptions extends RedisOptions {
  /** Stands before every key, so that programs can share one Redis. */
  readonly namespace?: string;
}

/**
 * Counts in Redis, so that all processes count together. While Redis is away, or too slow for somebody who waits, this
 * process counts in its own memory. The library's own insurance would do so only for a Redis that fails, not for one that hangs.
 */
export function createRedisRateLimits(
  options: RedisRateLimitsOptions,
): RateLimits & { readonly circuit: Circuit } {
  const { namespace = 'career-mentor:limit:' } = options;
  const redis = openRedis({ ...options, name: 'rate-limits', without: 'shared rate limits' });
  const insurance = createMemoryRateLimits();
  const limiterOf = limiterForEachRule(
    /** The client is one and the same for good, also across outages. */
    ({ name, limit, windowSeconds }, storeClient: RedisClient) =>
      new RateLimiterRedis({
        storeClient,
        useRedisPackage: true,
        keyPrefix: namespace + name,
        points: limit,
        duration: windowSeconds,
      }),
  );
  return {
    circuit: redis.circuit,
    async take(rule, key, amount = 1) {
      const shared = await redis.attempt((client) =>
        takeFrom(limiterOf(rule, client), rule, key, amount),
      );
      return shared ?? insurance.take(rule, key, amount);
    },
    async forget(rule, key) {
      await insurance.forget(rule, key);
      await redis.attempt((client) => limiterOf(rule, client).delete(toStoredKey(key)));
    },
    close: () => redis.close(),
  };
}
