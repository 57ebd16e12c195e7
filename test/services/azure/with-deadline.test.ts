import assert from 'node:assert/strict';
import { it } from 'node:test';
import { withDeadline } from '#services/azure/with-deadline.ts';

it('rejects once the time is over, and tells the work', async () => {
  let signal: AbortSignal | undefined;
  await assert.rejects(
    withDeadline(5, (given) => {
      signal = given;
      return new Promise(() => {});
    }),
    { name: 'TimeoutError' },
  );
  assert.equal(signal?.aborted, true);
});

it('gives what the work gave, and leaves its signal alone', async () => {
  let signal: AbortSignal | undefined;
  const result = await withDeadline(1_000, async (given) => {
    signal = given;
    return 'done';
  });
  assert.equal(result, 'done');
  assert.equal(signal?.aborted, false);
  await assert.rejects(
    withDeadline(1_000, () => Promise.reject(new Error('broken'))),
    /broken/,
  );
});
