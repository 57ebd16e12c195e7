import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MentorError } from '#errors.ts';
import type { HelperModel, HelperRequest } from '#services/model/port.ts';
import { withHelperResilience } from '#services/model/with-helper-resilience.ts';

const request: HelperRequest = { messages: [], temperature: 0.1, maxAnswerTokens: 10 };
const answer = { text: 'x', usage: { promptTokens: 1, answerTokens: 1 } };
const helperOf = (complete: HelperModel['complete']): HelperModel => ({ name: 'helper', complete });

test('a helper that keeps missing its deadline is no longer waited for', async () => {
  let calls = 0;
  const slow = withHelperResilience(
    helperOf(() => {
      calls += 1;
      return new Promise(() => {});
    }),
    { failuresToOpen: 2 },
  );
  for (let call = 0; call < 2; call += 1)
    await assert.rejects(slow.complete({ ...request, timeoutMs: 10 }), /within 10 ms/);
  assert.equal(slow.circuit.state(), 'open');
  await assert.rejects(slow.complete({ ...request, timeoutMs: 10 }), /left alone/);
  assert.equal(calls, 2);
});

test('a helper that stumbles is asked once more', async () => {
  let calls = 0;
  const helper = withHelperResilience(
    helperOf(async ({ signal }) => {
      assert.ok(signal !== undefined);
      calls += 1;
      if (calls === 1) throw new MentorError('model-unavailable', 'down');
      return answer;
    }),
    { firstRetryMs: 1 },
  );
  assert.deepEqual(await helper.complete(request), answer);
  assert.equal(helper.circuit.name, 'helper-model');
});
