import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import OpenAI from 'openai';
import type { MentorError } from '#errors.ts';
import { createOpenAiEmbeddings } from '#services/embeddings/openai.ts';
import {
  type EmbeddingReply,
  embedWords,
  type OpenAiServer,
  startOpenAiServer,
} from '#test/helpers/openai-server.ts';

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
      dimensions: 16,
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
    server.embedWith({ dimensions: 16 });
    await assert.rejects(openEmbeddings(8).embed(texts), (error: MentorError) => {
      assert.equal(error.code, 'embeddings-unavailable');
      assert.match(error.message, /length 16 .* EMBEDDING_DIMENSIONS/);
      assert.deepEqual(error.details, { setting: 'EMBEDDING_DIMENSIONS', isRetryable: false });
      return true;
    });
  });

  const oneLength: readonly (readonly [string, EmbeddingReply])[] = [
    ['OpenAI', { status: 400, message: 'This model does not support specifying dimensions.' }],
    [
      'vLLM',
      {
        status: 400,
        message:
          'Model "bge" does not support matryoshka representation, changing output size fails',
      },
    ],
  ];
  for (const [name, refusal] of oneLength)
    test(`a model of one length, as ${name} says it, is asked without a length from then on`, async () => {
      server.embedWith(refusal);
      const embeddings = openEmbeddings();
      assert.equal((await embeddings.embed(texts)).length, 3);
      await embeddings.embed(texts);
      assert.deepEqual(
        server.journal.map(({ body }) => body['dimensions']),
        [16, undefined, undefined],
      );
    });

  test('more texts than one call takes go out in several, in order', async () => {
    const many = Array.from({ length: 250 }, (_, index) => `text ${index} about SQL`);
    const vectors = await openEmbeddings().embed(many);
    assert.deepEqual(
      server.journal.map(({ body }) => (body['input'] as string[]).length),
      [100, 100, 50],
    );
    assert.deepEqual(vectors[249], embedWords(many[249] ?? '', 16));
  });

  test('no texts need no call', async () => {
    assert.deepEqual(await openEmbeddings().embed([]), []);
    assert.equal(server.journal.length, 0);
  });

  test('fewer vectors than texts are a failure', async () => {
    server.embedWith({ drops: 1 });
    await assert.rejects(openEmbeddings().embed(texts), { code: 'embeddings-unavailable' });
  });

  test('a refusal is not tried again here, and says whether that may help', async () => {
    for (const [status, isRetryable, setting] of [
      [500, true, 'OPENAI_BASE_URL'],
      [401, false, 'OPENAI_API_KEY'],
      [429, true, 'OPENAI_EMBEDDING_MODEL'],
    ] as const) {
      server.journal.length = 0;
      server.embedWith({ status });
      await assert.rejects(openEmbeddings().embed(texts), (error: MentorError) => {
        assert.equal(error.code, 'embeddings-unavailable');
        assert.equal(error.details['isRetryable'], isRetryable);
        assert.equal(error.details['setting'], setting);
        return true;
      });
      assert.equal(server.journal.length, 1);
    }
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
