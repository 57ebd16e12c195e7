import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryCache } from '#services/cache/memory.ts';
import type { Cache } from '#services/cache/port.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import { withEmbeddingCache } from '#services/embeddings/with-embedding-cache.ts';

function countingModel(
  name = 'm',
  dimensions = 3,
): EmbeddingModel & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    name,
    dimensions,
    maxBatchSize: 10,
    asked,
    async embed(texts: readonly string[]) {
      asked.push([...texts]);
      return texts.map((text) => Float32Array.of(text.length, 0.1, -2));
    },
  };
}

test('a text is embedded once; only the new ones of several cost a call, and the order stays', async () => {
  const model = countingModel();
  const cached = withEmbeddingCache(model, createMemoryCache());
  const first = await cached.embed(['aa', 'b']);
  assert.deepEqual(await cached.embed(['b', 'cccc', 'aa']), [
    first[1],
    Float32Array.of(4, 0.1, -2),
    first[0],
  ]);
  assert.deepEqual(await cached.embed([]), []);
  assert.deepEqual(model.asked, [['aa', 'b'], ['cccc']]);
});

test('another model, and another length, have vectors of their own', async () => {
  const cache = createMemoryCache();
  await withEmbeddingCache(countingModel('one'), cache).embed(['a']);
  const other = countingModel('other');
  await withEmbeddingCache(other, cache).embed(['a']);
  assert.equal(other.asked.length, 1);
});

test('no key holds the text itself, and what is damaged is a miss', async () => {
  const keys: string[] = [];
  const damaged: Cache = {
    ...createMemoryCache(),
    async get(key) {
      keys.push(key);
      return Buffer.from('too short');
    },
  };
  const model = countingModel();
  assert.equal((await withEmbeddingCache(model, damaged).embed(['my secret'])).length, 1);
  assert.equal(model.asked.length, 1);
  assert.doesNotMatch(keys.join(), /secret/);
});

test('an abort that came before asks nothing', async () => {
  const model = countingModel();
  const cached = withEmbeddingCache(model, createMemoryCache());
  const signal = AbortSignal.abort(new Error('gone'));
  await assert.rejects(cached.embed(['a'], { signal }), /gone/);
  assert.equal(model.asked.length, 0);
});
