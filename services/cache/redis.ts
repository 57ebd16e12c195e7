import { openRedis, type RedisClient, type RedisOptions } from '#services/redis/open-redis.ts';
import type { Circuit } from '#services/resilience/circuit.ts';
import { packValue, unpackValue } from './packed-value.ts';
import type { Cache } from './port.ts';

export interface RedisCacheOptions extends RedisOptions {
  /** Stands before every key, so that programs can share one Redis. */
  readonly namespace?: string;
}

export interface RedisCache extends Cache {
  readonly circuit: Circuit;
  /** Rejects where Redis does not answer. */
  check(): Promise<void>;
}

/**
 * A cache in Redis, shared by all processes. It connects with its first use and again by itself. While Redis is away there
 * are only misses, and one line in the log for each outage.
 */
export function createRedisCache(options: RedisCacheOptions): RedisCache {
  const { namespace = 'career-mentor:' } = options;
  const redis = openRedis({ ...options, name: 'redis', without: 'its cache' });
  return {
    circuit: redis.circuit,
    async check() {
      await redis.ask((client) => client.ping());
    },
    async get(key) {
      const stored = await redis.attempt((client) => client.get(namespace + key));
      return stored ? unpackValue(stored) : undefined;
    },
    async set(key, value, { ttlSeconds }) {
      if (ttlSeconds <= 0) return;
      const expiration = { type: 'PX', value: Math.ceil(ttlSeconds * 1_000) } as const;
      await redis.attempt((client) =>
        client.set(namespace + key, packValue(value), { expiration }),
      );
    },
    async delete(key) {
      await redis.attempt((client) => client.unlink(namespace + key));
    },
    async deletePrefix(prefix) {
      /** It goes over all keys, a piece at a time, and holds up nobody. */
      await redis.attempt((client) => deleteMatching(client, namespace + prefix), 60_000);
    },
    close: () => redis.close(),
  };
}

async function deleteMatching(client: RedisClient, prefix: string): Promise<void> {
  const pattern = `${prefix.replaceAll(/[\\*?[\]]/g, '\\$&')}*`;
  for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 500 }))
    if (keys.length > 0) await client.unlink(keys);
}
