import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createMemoryCache } from '#services/cache/memory.ts';
import { describeCache } from '#test/contracts/cache.contract.ts';

describeCache('memory', async () => {
  let now = 0;
  return {
    cache: createMemoryCache({ nowMs: () => now }),
    async wait(milliseconds) {
      now += milliseconds;
    },
  };
});

const ttl = { ttlSeconds: 60 };

test('it never takes more than it may: what was not used for longest goes first', async () => {
  const cache = createMemoryCache({ maxBytes: 4_000 });
  for (const key of ['a', 'b', 'c']) await cache.set(key, randomBytes(1_000), ttl);
  assert.ok(await cache.get('a'));
  await cache.set('d', randomBytes(1_000), ttl);
  assert.equal(await cache.get('b'), undefined);
  for (const key of ['a', 'c', 'd']) assert.ok(await cache.get(key), key);
});

test('a value larger than all the room is not kept, and drives out nothing', async () => {
  const cache = createMemoryCache({ maxBytes: 2_000 });
  await cache.set('small', 'x', ttl);
  await cache.set('large', randomBytes(5_000), ttl);
  assert.equal(await cache.get('large'), undefined);
  assert.ok(await cache.get('small'));
});

test('values are kept compressed: more of them find room', async () => {
  const cache = createMemoryCache({ maxBytes: 4_000 });
  const text = 'The same sentence again and again. '.repeat(200);
  for (const key of ['a', 'b', 'c']) await cache.set(key, text, ttl);
  for (const key of ['a', 'b', 'c']) assert.equal((await cache.get(key))?.toString(), text);
});
