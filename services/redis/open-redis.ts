import { once } from 'node:events';
import { createClient, RESP_TYPES } from 'redis';
import { MentorError } from '#errors.ts';
import type { Circuit } from '#services/resilience/circuit.ts';
import { createGuard } from '#services/resilience/guard.ts';

export interface RedisOptions {
  /** `redis://` or, with TLS, `rediss://`; user and password stand in it. */
  readonly url: string;
  /** How long one command may take: whoever uses Redis here gets on without it, and somebody waits. */
  readonly timeoutMs?: number;
  /** How long Redis is left alone after five failures in a row. */
  readonly openMs?: number;
  readonly logger: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
}

/** A Redis that may be away: nothing here rejects but `ask`. */
export interface Redis {
  readonly circuit: Circuit;
  /** What the work resolves to, or `undefined` while Redis is away; told once for each outage in the log. */
  attempt<Result>(
    work: (client: RedisClient) => Promise<Result>,
    limitMs?: number,
  ): Promise<Result | undefined>;
  /** The same once, without the circuit; rejects with `data-unavailable`, which says what is wrong. */
  ask<Result>(work: (client: RedisClient) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export type RedisClient = ReturnType<typeof createRedisClient>;

/** One connection, opened with its first use and again by itself; `without` says in the log what is missing meanwhile. */
export function openRedis(
  options: RedisOptions & { readonly name: string; readonly without: string },
): Redis {
  const { name, timeoutMs = 250, openMs = 60_000 } = options;
  const connection = createConnection(options.url);
  const guard = createGuard({
    name,
    setting: 'REDIS_URL',
    code: 'data-unavailable',
    timeoutMs,
    openMs,
    retries: 0,
  });
  const watch = createOutageLog(options);
  const ask: Redis['ask'] = async (work) => {
    const client = await connection.ready();
    return asFailure(work(client));
  };
  return {
    circuit: guard.circuit,
    ask,
    async attempt(work, limitMs) {
      try {
        const result = await guard.run(() => ask(work), { timeoutMs: limitMs });
        watch.answered();
        return result;
      } catch (error) {
        watch.failed(error);
        return undefined;
      }
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

/** What Redis fails with counts against it. */
async function asFailure<Result>(promise: Promise<Result> | undefined): Promise<Result> {
  try {
    return (await promise) as Result;
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
function createOutageLog({ logger, without }: Pick<RedisOptions, 'logger'> & { without: string }) {
  let isOut = false;
  return {
    failed(error: unknown): void {
      if (isOut) return;
      isOut = true;
      logger.warn(
        { err: error, setting: 'REDIS_URL' },
        `Redis does not answer; going on without ${without}`,
      );
    },
    answered(): void {
      if (!isOut) return;
      isOut = false;
      logger.info({}, 'Redis answers again');
    },
  };
}
