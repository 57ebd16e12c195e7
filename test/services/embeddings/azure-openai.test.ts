import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MentorError } from '#errors.ts';
import { createAzureOpenAiEmbeddings } from '#services/embeddings/azure-openai.ts';
import { startAzureOpenAiServer } from '#test/helpers/azure-openai-server.ts';
import { embedWords } from '#test/helpers/openai-server.ts';

test('a deployment in Azure embeds texts in their order, and a wrong one names its setting', async (t) => {
  const server = await startAzureOpenAiServer();
  t.after(() => server.close());
  const open = (deployment: string) =>
    createAzureOpenAiEmbeddings({
      endpoint: server.endpoint,
      apiVersion: server.apiVersion,
      access: { apiKey: server.apiKey },
      deployment,
      dimensions: 16,
      timeoutMs: 5_000,
    });
  const texts = ['learn SQL', 'ask for a raise'];
  assert.deepEqual(
    await open('text-embedding-3-small').embed(texts),
    texts.map((text) => embedWords(text, 16)),
  );
  assert.equal(server.journal[0]?.path, '/openai/deployments/text-embedding-3-small/embeddings');
  assert.equal(server.journal[0]?.body['dimensions'], 16);
  await assert.rejects(open('gone').embed(texts), (error: MentorError) => {
    assert.equal(error.code, 'embeddings-unavailable');
    assert.equal(error.details['setting'], 'AZURE_OPENAI_EMBEDDING_DEPLOYMENT');
    assert.equal(error.details['isRetryable'], false);
    return true;
  });
});
