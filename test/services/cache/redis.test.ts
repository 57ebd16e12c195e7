import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createClient } from 'redis';
import { createRedisCache, type RedisCacheOptions } from '#services/cache/redis.ts';
import { describeCache } from '#test/contracts/cache.contract.ts';
import { type RedisServer, startRedisServer, whyNoRedis } from '#test/helpers/redis-server.ts';

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
const ttl = { ttlSeconds: 60 };

describe('Redis', { skip: whyNoRedis() }, () => {
  let redis: RedisServer;
  before(async () => {
    redis = await startRedisServer();
  });
  after(() => redis.kill());

  function open(changes: Partial<RedisCacheOptions> = {}) {
    const lines: string[] = [];
    const keep = (_details: object, message: string) => void lines.push(message);
    const logger = { info: keep, warn: keep };
    const namespace = `test-${randomUUID()}:`;
    /** Time enough for a machine under load; the tests that need a short one give it. */
    const cache = createRedisCache({
      url: redis.url,
      namespace,
      logger,
      timeoutMs: 5_000,
      ...changes,
    });
    return { cache, lines, namespace };
  }

  describeCache('redis', async () => ({ cache: open().cache, wait: sleep }));

  test('keys stand under the namespace, and two of them do not meet', async (t) => {
    const [one, other] = [open(), open()];
    const client = await createClient({ url: redis.url }).connect();
    t.after(async () => {
      client.destroy();
      await Promise.all([one.cache.close(), other.cache.close()]);
    });
    await one.cache.set('a', 'x', ttl);
    assert.equal(await other.cache.get('a'), undefined);
    await other.cache.deletePrefix('');
    assert.ok(await one.cache.get('a'));
    assert.equal(await client.exists(`${one.namespace}a`), 1);
  });

  test('a check tells whether Redis answers', async () => {
    const here = open().cache;
    await here.check();
    await here.close();
    const nowhere = open({ url: 'redis://127.0.0.1:1' }).cache;
    await assert.rejects(nowhere.check(), { code: 'data-unavailable' });
    await nowhere.close();
  });

  test('what another program wrote under a key is a miss', async (t) => {
    const { cache, namespace } = open();
    const client = await createClient({ url: redis.url }).connect();
    t.after(async () => {
      client.destroy();
      await cache.close();
    });
    await client.set(`${namespace}a`, 'plain text');
    assert.equal(await cache.get('a'), undefined);
  });

  test('nothing is connected before the first use, and closing unused is fine', async () => {
    const { cache, lines } = open({ url: 'redis://127.0.0.1:1' });
    await cache.close();
    assert.deepEqual(lines, []);
  });

  test('a Redis that is not there is an empty cache, with one line in the log', async (t) => {
    const { cache, lines } = open({ url: 'redis://127.0.0.1:1' });
    t.after(() => cache.close());
    for (let call = 0; call < 8; call += 1) {
      await cache.set('a', 'x', ttl);
      assert.equal(await cache.get('a'), undefined);
    }
    await cache.delete('a');
    await cache.deletePrefix('a');
    assert.deepEqual(lines, ['Redis does not answer; going on without its cache']);
    assert.equal(cache.circuit.state(), 'open');
  });

  test('a wrong password is an empty cache too, and the log never shows it', async (t) => {
    const details: unknown[] = [];
    const logger = {
      info: () => {},
      warn: (line: object) => void details.push(line),
    };
    const url = redis.url.replace('redis://', 'redis://ada:hunter2@');
    const { cache } = open({ url, logger });
    t.after(() => cache.close());
    assert.equal(await cache.get('a'), undefined);
    assert.equal(details.length, 1);
    const [line] = details as { err: Error; setting: string }[];
    assert.equal(line?.setting, 'REDIS_URL');
    assert.doesNotMatch(`${line?.err.stack} ${String(line?.err.cause)}`, /hunter2/);
  });

  test('a Redis that dies is missed once in the log, and used again when it is back', async (t) => {
    const { cache, lines } = open({ openMs: 20 });
    t.after(() => cache.close());
    await cache.set('a', 'x', ttl);
    await redis.kill();
    for (let call = 0; call < 10; call += 1) assert.equal(await cache.get('a'), undefined);
    await redis.start();
    for (let attempt = 0; attempt < 400; attempt += 1) {
      await cache.set('a', 'y', ttl);
      if ((await cache.get('a')) !== undefined) break;
      await sleep(25);
    }
    assert.equal((await cache.get('a'))?.toString(), 'y');
    assert.deepEqual(lines, [
      'Redis does not answer; going on without its cache',
      'Redis answers again',
    ]);
    assert.equal(cache.circuit.state(), 'closed');
  });

  test('a Redis that hangs is waited for a few times, and then not at all', async (t) => {
    const { cache, lines } = open({ timeoutMs: 200 });
    t.after(async () => {
      redis.thaw();
      await cache.close();
    });
    while ((await cache.get('a')) === undefined) await cache.set('a', 'x', ttl);
    redis.freeze();
    for (let call = 0; call < 5; call += 1) assert.equal(await cache.get('a'), undefined);
    assert.equal(cache.circuit.state(), 'open');
    assert.equal(await cache.get('a'), undefined);
    assert.equal(lines.filter((line) => line.includes('does not answer')).length, 1);
  });
});
