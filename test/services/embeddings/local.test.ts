import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalEmbeddings } from '#services/embeddings/local.ts';

const options = { model: 'maker/model', dimensions: 2, cacheFolder: '/models' };

/** Stands where the package would: the length and the number of words of each text. */
function fakePackage() {
  const calls: unknown[][] = [];
  const env = { cacheDir: '' };
  const pipeline = async (...given: unknown[]) => {
    calls.push(given);
    return async (texts: string[], how: unknown) => {
      calls.push([texts.length, how]);
      const data = texts.flatMap((text) => [text.length, text.split(' ').length]);
      return { dims: [texts.length, 2], data: Float32Array.from(data) };
    };
  };
  return { calls, env, load: async () => ({ env, pipeline }) };
}

test('the model is loaded once, with the first text, and gives each text its vector in order', async () => {
  const { calls, env, load } = fakePackage();
  const embeddings = createLocalEmbeddings({ ...options, load });
  assert.deepEqual(calls, []);
  const texts = Array.from({ length: 40 }, (_, number) => 'word '.repeat(number + 1).trim());
  const vectors = await embeddings.embed(texts);
  assert.deepEqual(vectors.map((vector) => [...vector]).at(0), [4, 1]);
  assert.deepEqual(vectors.map((vector) => [...vector]).at(-1), [199, 40]);
  await embeddings.embed(['one']);
  assert.equal(env.cacheDir, '/models');
  const how = { pooling: 'mean', normalize: true };
  assert.deepEqual(calls, [
    ['feature-extraction', 'maker/model', { dtype: 'q8' }],
    [32, how],
    [8, how],
    [1, how],
  ]);
});

test('where the package is missing the operator is told how to install it', async () => {
  await assert.rejects(createLocalEmbeddings(options).embed(['one']), {
    code: 'embeddings-unavailable',
    message: /npm install @huggingface\/transformers/,
    details: { setting: 'LOCAL_EMBEDDING_MODEL', isRetryable: false },
  });
});

test('a model that could not be fetched is tried again with the next text', async () => {
  const { load } = fakePackage();
  let tries = 0;
  const embeddings = createLocalEmbeddings({
    ...options,
    load: async () => {
      tries += 1;
      if (tries === 1) throw new Error('no network');
      return load();
    },
  });
  await assert.rejects(embeddings.embed(['one']), { message: /no network.*LOCAL_EMBEDDING_MODEL/ });
  assert.equal((await embeddings.embed(['one'])).length, 1);
});

test('vectors of another length than the settings say are refused with the length to set', async () => {
  const { load } = fakePackage();
  const embeddings = createLocalEmbeddings({ ...options, dimensions: 384, load });
  await assert.rejects(embeddings.embed(['one']), { message: /set EMBEDDING_DIMENSIONS=2\./ });
});

test('whoever gave up waits for no further batch', async () => {
  const { calls, load } = fakePackage();
  const embeddings = createLocalEmbeddings({ ...options, load });
  const reason = new Error('gone');
  await assert.rejects(embeddings.embed(['one'], { signal: AbortSignal.abort(reason) }), reason);
  assert.deepEqual(calls, []);
});
