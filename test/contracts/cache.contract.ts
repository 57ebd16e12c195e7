import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Cache } from '#services/cache/port.ts';
import { awkwardTexts } from './awkward-text.ts';

const ttl = { ttlSeconds: 60 };
const texts = Object.values(awkwardTexts);
const keys = texts.filter((text) => text.length < 1_000);

/** What every Cache promises; `open` gives an empty one, and `wait` lets time pass on its clock. */
export function describeCache(
  name: string,
  open: () => Promise<{ cache: Cache; wait(milliseconds: number): Promise<void> }>,
): void {
  describe(`Cache: ${name}`, () => {
    let cache: Cache;
    let wait: (milliseconds: number) => Promise<void>;
    beforeEach(async () => {
      ({ cache, wait } = await open());
    });
    afterEach(() => cache.close());
    const textOf = async (key: string) => (await cache.get(key))?.toString();

    it('has nothing that was not put in', async () => {
      assert.equal(await cache.get('nothing'), undefined);
    });

    it('gives back texts and bytes as they were, short, long or empty', async () => {
      const bytes = Uint8Array.from({ length: 3_000 }, (_, index) => (index * 7_919) % 256);
      await cache.set('bytes', bytes, ttl);
      assert.deepEqual(Uint8Array.from((await cache.get('bytes')) ?? []), bytes);
      for (const text of ['', 'short', 'long and the same again '.repeat(5_000), ...texts]) {
        await cache.set('text', text, ttl);
        assert.equal(await textOf('text'), Buffer.from(text).toString());
      }
    });

    it('takes any text as a key, and tells keys apart', async () => {
      for (const [position, key] of keys.entries())
        await cache.set(`${position}${key}`, String(position), ttl);
      for (const [position, key] of keys.entries())
        assert.equal(await textOf(`${position}${key}`), String(position));
    });

    it('keeps the value that was put in last', async () => {
      await cache.set('a', 'first', ttl);
      await cache.set('a', 'second', ttl);
      assert.equal(await textOf('a'), 'second');
    });

    it('forgets a value when its time is over, and not before', async () => {
      await cache.set('short', 'x', { ttlSeconds: 0.05 });
      await cache.set('long', 'x', ttl);
      await wait(60);
      assert.equal(await cache.get('short'), undefined);
      assert.equal(await textOf('long'), 'x');
    });

    it('counts the time of a value that is put in again from then on', async () => {
      await cache.set('a', 'x', { ttlSeconds: 0.05 });
      await cache.set('a', 'x', ttl);
      await wait(60);
      assert.equal(await textOf('a'), 'x');
    });

    it('does not keep what has no time', async () => {
      await cache.set('a', 'x', { ttlSeconds: 0 });
      assert.equal(await cache.get('a'), undefined);
    });

    it('deletes one value, also one that is not there', async () => {
      await cache.set('a', 'x', ttl);
      await cache.set('b', 'x', ttl);
      await cache.delete('a');
      await cache.delete('nothing');
      assert.equal(await cache.get('a'), undefined);
      assert.equal(await textOf('b'), 'x');
    });

    it('deletes what begins with a prefix, taken literally, and nothing else', async () => {
      const stored = ['answer:1', 'answer:2', 'answers', 'an*wer:1', 'x:answer:1'];
      for (const key of stored) await cache.set(key, 'x', ttl);
      await cache.deletePrefix('an*wer:');
      await cache.deletePrefix('answer:');
      const left = await Promise.all(stored.map(async (key) => [key, await textOf(key)]));
      assert.deepEqual(
        left.filter(([, value]) => value !== undefined).map(([key]) => key),
        ['answers', 'x:answer:1'],
      );
    });

    it('deletes a thousand values by their prefix', async () => {
      await Promise.all(
        Array.from({ length: 1_000 }, (_, index) => cache.set(`many:${index}`, 'x', ttl)),
      );
      await cache.deletePrefix('many:');
      assert.equal(await cache.get('many:0'), undefined);
      assert.equal(await cache.get('many:999'), undefined);
    });

    it('is not changed by what the caller does with the bytes afterwards', async () => {
      const bytes = Uint8Array.of(1, 2, 3);
      await cache.set('a', bytes, ttl);
      bytes[0] = 9;
      assert.deepEqual([...((await cache.get('a')) ?? [])], [1, 2, 3]);
    });
  });
}
