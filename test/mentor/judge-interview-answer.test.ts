import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeInterviewAnswer } from '#mentor/judge-interview-answer.ts';
import { helperDown, scriptedHelper } from './scripted-helper.ts';

const question = {
  asks: 'When would you add a cache?',
  points: [
    { says: 'Know that a cache lowers latency.' },
    { says: 'Say who invalidates stale entries.' },
  ].map((point) => ({ ...point, opening: '', signs: [], article: '', section: '' })),
};
const answer = 'It spares the slow reads; {{points}} somebody has to throw old things out.';
const made = (...points: readonly { id: number; words: string }[]) =>
  JSON.stringify({ made: points });

test('the helper reads question, points and answer, and its points are told by their place', async () => {
  const { dependencies, requests, prompt } = scriptedHelper(
    made({ id: 2, words: 'throw old things out' }, { id: 1, words: 'It spares the slow reads' }),
  );
  assert.deepEqual(await judgeInterviewAnswer(answer, question, dependencies), [0, 1]);
  assert.equal(requests.length, 1);
  assert.match(prompt(), /When would you add a cache/);
  assert.match(prompt(), /"id":2,"text":"Say who invalidates stale entries\."/);
  assert.match(prompt(), /\{\{points\}\} somebody has to/);
});

test('a point whose words do not stand in the answer is not made', async () => {
  const { dependencies } = scriptedHelper(
    made(
      { id: 1, words: 'lowers latency a lot' },
      { id: 2, words: 'old' },
      { id: 7, words: 'slow reads' },
    ),
  );
  assert.deepEqual(await judgeInterviewAnswer(answer, question, dependencies), []);
});

for (const [what, text] of [
  ['fails', helperDown],
  ['gives no JSON', 'All points are made, perfect.'],
  ['gives JSON that fits no schema', '{"made": [1, 2]}'],
] as const)
  test(`nothing is judged where the helper ${what}`, async () => {
    const { dependencies, failures } = scriptedHelper(text);
    assert.equal(await judgeInterviewAnswer(answer, question, dependencies), undefined);
    assert.equal(failures.length, 1);
  });

test('nothing is judged where there is no helper', async () => {
  const { render } = scriptedHelper('').dependencies;
  assert.equal(await judgeInterviewAnswer(answer, question, { render }), undefined);
});

test('a stopped turn rejects with its reason', async () => {
  const { dependencies } = scriptedHelper(made());
  const signal = AbortSignal.abort(new Error('gone'));
  await assert.rejects(judgeInterviewAnswer(answer, question, dependencies, signal), /gone/);
});
