import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import OpenAI from 'openai';
import { createOpenAiEmbeddings } from '#services/embeddings/openai.ts';
import { embedWords, type OpenAiServer, startOpenAiServer } from '#test/helpers/openai-server.ts';

const texts = ['learn SQL', 'learn Python', 'ask for a raise'];

describe('embeddings behind OpenAI', () => {
  let server: OpenAiServer;
  before(async () => {
    server = await startOpenAiServer({ dimensions: 16 });
  });
  after(() => server.close());
  beforeEach(() => {
    server.journal.length = 0;
  });

  function openEmbeddings(dimensions = 16) {
    return createOpenAiEmbeddings({
      baseUrl: server.baseUrl,
      apiKey: 'sk-test',
      model: 'embed-test',
      dimensions,
      timeoutMs: 5_000,
    });
  }

  test('each text gets its vector, in the order of the texts, in one call', async () => {
    const vectors = await openEmbeddings().embed(texts);
    assert.deepEqual(
      vectors,
      texts.map((text) => embedWords(text, 16)),
    );
    assert.equal(server.journal.length, 1);
    assert.deepEqual(server.journal[0]?.body, {
      model: 'embed-test',
      input: texts,
      encoding_format: 'float',
    });
  });

  test('vectors that come in another order are put back into the order of the texts', async () => {
    server.embedWith({ isReversed: true });
    assert.deepEqual(
      await openEmbeddings().embed(texts),
      texts.map((text) => embedWords(text, 16)),
    );
  });

  test('vectors of another length name the setting to mend', async () => {
    await assert.rejects(openEmbeddings(8).embed(texts), {
      code: 'embeddings-unavailable',
      message: /length 16 .* EMBEDDING_DIMENSIONS/,
    });
  });

  test('fewer vectors than texts are a failure', async () => {
    server.embedWith({ drops: 1 });
    await assert.rejects(openEmbeddings().embed(texts), { code: 'embeddings-unavailable' });
  });

  test('a server that stumbles once is asked again, one that refuses is not', async () => {
    server.embedWith({ status: 500 });
    assert.equal((await openEmbeddings().embed(texts)).length, 3);
    assert.equal(server.journal.length, 2);
    server.embedWith({ status: 401 });
    await assert.rejects(openEmbeddings().embed(texts), { code: 'embeddings-unavailable' });
    assert.equal(server.journal.length, 3);
  });

  test('an abort rejects with its reason', async () => {
    const reason = new Error('the person left');
    await assert.rejects(
      openEmbeddings().embed(texts, { signal: AbortSignal.abort(reason) }),
      reason,
    );
  });

  test('the test server speaks base64 as well, as the official client asks for by itself', async () => {
    const client = new OpenAI({ baseURL: server.baseUrl, apiKey: 'sk-test' });
    const { data } = await client.embeddings.create({ model: 'embed-test', input: 'learn SQL' });
    assert.equal(server.journal[0]?.body['encoding_format'], 'base64');
    assert.deepEqual(Float32Array.from(data[0]?.embedding ?? []), embedWords('learn SQL', 16));
  });
});
