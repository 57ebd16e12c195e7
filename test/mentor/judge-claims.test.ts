import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeClaims } from '#mentor/judge-claims.ts';
import { verifyCitations } from '#mentor/verify-citations.ts';
import { helperDown, scriptedHelper } from './scripted-helper.ts';

const passages = new Map([
  [1, 'Interviewers ask juniors for small programs, and give them an hour at a whiteboard.'],
  [2, 'Evaluation sets of 50 questions catch most regressions.'],
]);
const doubtful = 'Beginners solve short tasks in an hour when interviewers ask them [1].';
const clear = 'Evaluation sets of 50 questions catch most regressions [2].';
const invented = 'Evaluation sets of 95 questions catch most regressions [2].';
const check = verifyCitations(`${doubtful} ${clear} ${invented}`, passages);
const verdict = (supported: boolean) => JSON.stringify({ verdicts: [{ id: 1, supported }] });

test('only what the words leave in doubt is judged, with the passages it names', async () => {
  const { dependencies, requests, prompt } = scriptedHelper(verdict(true));
  const judged = await judgeClaims(check, passages, dependencies);
  assert.equal(requests.length, 1);
  assert.match(prompt(), /Beginners solve short tasks/);
  assert.match(prompt(), /an hour at a whiteboard/);
  assert.doesNotMatch(prompt(), /catch most regressions/);
  assert.deepEqual(
    judged.supported.map(({ text }) => text),
    [doubtful, clear],
  );
  assert.deepEqual(
    judged.unsupported.map(({ text }) => text),
    [invented],
  );
});

test('what the judge rejects is unsupported, whatever its words', async () => {
  const { dependencies } = scriptedHelper(verdict(false));
  const judged = await judgeClaims(check, passages, dependencies);
  assert.deepEqual(
    judged.unsupported.map(({ text }) => text),
    [doubtful, invented],
  );
});

test('nobody is asked about what is clear', async () => {
  const { dependencies, requests } = scriptedHelper(verdict(false));
  const sure = verifyCitations(`${clear} ${invented}`, passages);
  assert.equal(await judgeClaims(sure, passages, dependencies), sure);
  assert.equal(requests.length, 0);
});

for (const [what, answer] of [
  ['fails', helperDown],
  ['gives no JSON', 'All of them are fine.'],
  ['gives JSON that fits no schema', '{"verdicts": [{"id": 1, "supported": "yes"}]}'],
] as const)
  test(`the comparison of the words stands where the judge ${what}`, async () => {
    const { dependencies, failures } = scriptedHelper(answer);
    assert.equal(await judgeClaims(check, passages, dependencies), check);
    assert.deepEqual(
      failures.map(({ part }) => part),
      ['judge'],
    );
  });

test('a verdict on what was not asked changes nothing', async () => {
  const { dependencies } = scriptedHelper('{"verdicts": [{"id": 7, "supported": false}]}');
  const judged = await judgeClaims(check, passages, dependencies);
  assert.deepEqual(judged.supported, check.supported);
});

test('without a helper the comparison stands', async () => {
  const { dependencies } = scriptedHelper(verdict(false));
  assert.equal(await judgeClaims(check, passages, { ...dependencies, helper: undefined }), check);
});

test('whoever stops listening waits for no verdict', async () => {
  const { dependencies } = scriptedHelper(verdict(true));
  const signal = AbortSignal.abort(new Error('gone'));
  await assert.rejects(judgeClaims(check, passages, dependencies, signal), /gone/);
});
