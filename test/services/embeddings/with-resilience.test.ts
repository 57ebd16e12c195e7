import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MentorError } from '#errors.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import { withEmbeddingResilience } from '#services/embeddings/with-resilience.ts';

function scripted(embed: EmbeddingModel['embed']): EmbeddingModel {
  return { name: 'scripted', dimensions: 1, maxBatchSize: 2, embed };
}
const down = () => new MentorError('embeddings-unavailable', 'down');
const fast = { firstRetryMs: 1, failuresToOpen: 2 };
const never = () => new Promise<never>(() => {});

test('a model that stumbles is asked again; one that keeps failing is left alone, visibly', async () => {
  let calls = 0;
  const model = withEmbeddingResilience(
    scripted(async () => {
      calls += 1;
      if (calls < 2) throw down();
      return [Float32Array.of(1)];
    }),
    fast,
  );
  assert.deepEqual(await model.embed(['a']), [Float32Array.of(1)]);
  assert.equal(model.circuit.state(), 'closed');
  const broken = withEmbeddingResilience(
    scripted(async () => {
      throw down();
    }),
    { ...fast, retries: 0 },
  );
  for (let call = 0; call < 2; call += 1) await assert.rejects(broken.embed(['a']), /down/);
  await assert.rejects(broken.embed(['a']), {
    code: 'embeddings-unavailable',
    message: /left alone/,
  });
  assert.equal(broken.circuit.state(), 'open');
});

test('one text, for which somebody waits, has less time than many', async () => {
  const model = withEmbeddingResilience(scripted(never), {
    timeoutMs: 60,
    questionTimeoutMs: 10,
    retries: 0,
  });
  await assert.rejects(model.embed(['a']), { message: /within 10 ms/ });
  await assert.rejects(model.embed(['a', 'b']), { message: /within 60 ms/ });
});
