import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { createRedisRateLimits, type RedisRateLimitsOptions } from '#services/rate-limits/redis.ts';
import { describeRateLimits } from '#test/contracts/rate-limits.contract.ts';
import { type RedisServer, startRedisServer, whyNoRedis } from '#test/helpers/redis-server.ts';

const rule = { name: 'messages', limit: 3, windowSeconds: 3_600 };

describe('Redis', { skip: whyNoRedis() }, () => {
  let redis: RedisServer;
  before(async () => {
    redis = await startRedisServer();
  });
  after(() => redis.kill());

  function open(changes: Partial<RedisRateLimitsOptions> = {}) {
    const lines: string[] = [];
    const keep = (_details: object, message: string) => void lines.push(message);
    const logger = { info: keep, warn: keep };
    const namespace = `test-${randomUUID()}:`;
    /** Time enough for a machine under load; the tests that need a short one give it. */
    const options = { url: redis.url, namespace, logger, timeoutMs: 5_000, ...changes };
    return { limits: createRedisRateLimits(options), lines, namespace: options.namespace };
  }

  describeRateLimits('redis', async () => ({ limits: open().limits, wait: sleep }));

  test('two processes count together', async (t) => {
    const { limits: one, namespace } = open();
    const { limits: other } = open({ namespace });
    t.after(() => Promise.all([one.close(), other.close()]));
    await one.take(rule, 'ada', 2);
    assert.equal((await other.take(rule, 'ada')).used, 3);
    await other.forget(rule, 'ada');
    assert.equal((await one.take(rule, 'ada')).used, 1);
  });

  test("Redis holds nobody's id, and each count expires", async (t) => {
    const { limits, namespace } = open();
    const client = await createClient({ url: redis.url }).connect();
    t.after(async () => {
      client.destroy();
      await limits.close();
    });
    await limits.take(rule, 'directline:ada@example.org');
    const keys = await client.keys(`${namespace}*`);
    assert.equal(keys.length, 1);
    assert.doesNotMatch(keys.join(), /ada/);
    const secondsToLive = await client.ttl(keys[0] ?? '');
    assert.ok(secondsToLive > 0 && secondsToLive <= rule.windowSeconds);
  });

  test('a Redis that is not there leaves the counting to the process, with one line in the log', async (t) => {
    const { limits, lines } = open({ url: 'redis://127.0.0.1:1' });
    t.after(() => limits.close());
    const allowed = [];
    for (let call = 0; call < 8; call += 1)
      allowed.push((await limits.take(rule, 'ada')).isAllowed);
    assert.deepEqual(allowed, [true, true, true, false, false, false, false, false]);
    await limits.forget(rule, 'ada');
    assert.equal((await limits.take(rule, 'ada')).used, 1);
    assert.deepEqual(lines, ['Redis does not answer; going on without shared rate limits']);
    assert.equal(limits.circuit.state(), 'open');
  });

  test('a Redis that hangs is waited for a few times, and then not at all', async (t) => {
    const { limits } = open({ timeoutMs: 200 });
    t.after(async () => {
      redis.thaw();
      await limits.close();
    });
    await limits.take(rule, 'ada');
    redis.freeze();
    for (let call = 0; call < 6; call += 1) await limits.take(rule, 'grace');
    assert.equal((await limits.take(rule, 'grace')).used, 7);
    assert.equal(limits.circuit.state(), 'open');
  });

  test('a Redis that dies is used again when it is back', async (t) => {
    const { limits, lines, namespace } = open({ openMs: 20 });
    t.after(() => limits.close());
    await limits.take(rule, 'ada', 3);
    await redis.kill();
    for (let call = 0; call < 6; call += 1) await limits.take(rule, 'ada');
    assert.equal((await limits.take(rule, 'ada')).isAllowed, false);
    await redis.start();
    const client = await createClient({ url: redis.url }).connect();
    t.after(() => client.destroy());
    for (let attempt = 0; attempt < 400; attempt += 1) {
      await limits.take(rule, 'ada');
      if ((await client.keys(`${namespace}*`)).length > 0) break;
      await sleep(25);
    }
    assert.equal((await client.keys(`${namespace}*`)).length, 1);
    assert.equal(lines.at(-1), 'Redis answers again');
  });
});
