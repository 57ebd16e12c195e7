import { once } from 'node:events';
import { createClient, RESP_TYPES } from 'redis';
import { MentorError } from '#errors.ts';
import type { Circuit } from '#services/resilience/circuit.ts';
import { createGuard } from '#services/resilience/guard.ts';
import { packValue, unpackValue } from './packed-value.ts';
import type { Cache } from './port.ts';

export interface RedisCacheOptions {
  /** `redis://` or, with TLS, `rediss://`; user and password stand in it. */
  readonly url: string;
  /** Stands before every key, so that programs can share one Redis. */
  readonly namespace?: string;
  /** How long one command may take: a slow cache is worse than none. */
  readonly timeoutMs?: number;
  /** How long Redis is left alone after five failures in a row. */
  readonly openMs?: number;
  readonly logger: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
}

/**
 * A cache in Redis, shared by all processes. It connects with its first use and again by itself. While Redis is away there
 * are only misses, and one line in the log for each outage.
 */
export function createRedisCache(
  options: RedisCacheOptions,
): Cache & { readonly circuit: Circuit } {
  const { namespace = 'career-mentor:', timeoutMs = 250, openMs = 60_000 } = options;
  const connection = createConnection(options.url);
  const guard = createGuard({
    name: 'redis',
    code: 'data-unavailable',
    timeoutMs,
    openMs,
    retries: 0,
  });
  const watch = createOutageLog(options.logger);
  const attempt = async <Result>(
    work: (client: RedisClient) => Promise<Result>,
    limitMs?: number,
  ): Promise<Result | undefined> => {
    try {
      const result = await guard.run(async () => work(await connection.ready()), {
        timeoutMs: limitMs,
      });
      watch.answered();
      return result;
    } catch (error) {
      watch.failed(error);
      return undefined;
    }
  };
  return {
    circuit: guard.circuit,
    async get(key) {
      const stored = await attempt((client) => asFailure(client.get(namespace + key)));
      return stored ? unpackValue(stored) : undefined;
    },
    async set(key, value, { ttlSeconds }) {
      if (ttlSeconds <= 0) return;
      const expiration = { type: 'PX', value: Math.ceil(ttlSeconds * 1_000) } as const;
      await attempt((client) =>
        asFailure(client.set(namespace + key, packValue(value), { expiration })),
      );
    },
    async delete(key) {
      await attempt((client) => asFailure(client.unlink(namespace + key)));
    },
    async deletePrefix(prefix) {
      /** It goes over all keys, a piece at a time, and holds up nobody. */
      await attempt((client) => asFailure(deleteMatching(client, namespace + prefix)), 60_000);
    },
    close: () => connection.close(),
  };
}

/** Values come back as bytes. */
function createRedisClient(url: string) {
  return createClient({
    url,
    /** Commands that meet no connection fail at once instead of waiting for one. */
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 5_000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 5_000) + Math.random() * 100,
    },
  }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
}

type RedisClient = ReturnType<typeof createRedisClient>;

/** One connection, opened with its first use. */
function createConnection(url: string) {
  let client: RedisClient | undefined;
  let firstTry: Promise<unknown> | undefined;
  return {
    /** Rejects while there is no connection; only the first call waits for one. */
    async ready(): Promise<RedisClient> {
      if (client === undefined) {
        client = createRedisClient(url);
        /** Without a listener an error of the connection would end the program; commands tell of it. */
        client.on('error', () => {});
        firstTry = once(client, 'ready');
        firstTry.catch(() => {});
        /** It goes on trying until it is closed. */
        client.connect().catch(() => {});
      }
      if (!client.isReady) await asFailure(firstTry);
      if (!client.isReady) throw unavailable(new Error('there is no connection'));
      return client;
    },
    async close(): Promise<void> {
      if (client?.isOpen) client.destroy();
    },
  };
}

async function deleteMatching(client: RedisClient, prefix: string): Promise<void> {
  const pattern = `${prefix.replaceAll(/[\\*?[\]]/g, '\\$&')}*`;
  for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 500 }))
    if (keys.length > 0) await client.unlink(keys);
}

/** What Redis fails with counts against it. */
async function asFailure<Result>(
  promise: Promise<Result> | undefined,
): Promise<Result | undefined> {
  try {
    return await promise;
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): MentorError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new MentorError('data-unavailable', `Redis: ${words}; check REDIS_URL.`, {
    cause,
    details: { setting: 'REDIS_URL', isRetryable: false },
  });
}

/** One line when it begins, one when it is over. */
function createOutageLog(logger: RedisCacheOptions['logger']) {
  let isOut = false;
  return {
    failed(error: unknown): void {
      if (isOut) return;
      isOut = true;
      logger.warn(
        { err: error, setting: 'REDIS_URL' },
        'Redis does not answer; going on without its cache',
      );
    },
    answered(): void {
      if (!isOut) return;
      isOut = false;
      logger.info({}, 'Redis answers again');
    },
  };
}
