import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PastTurn } from '#mentor/answer.ts';
import { rewriteQuestion } from '#mentor/rewrite-question.ts';
import { rewriteWithHelper } from '#mentor/rewrite-with-helper.ts';
import { helperDown, scriptedHelper } from './scripted-helper.ts';

const history: readonly PastTurn[] = [
  { role: 'user', content: 'How do I become a data engineer?' },
  {
    role: 'assistant',
    content: 'Learn SQL and Python first [1].',
    citedTitles: ['Data engineering'],
    followUps: ['Which tools do data engineers use?', 'How long does it take?'],
  },
];
const standing = 'What should a senior data engineer learn first?';

test('a follow-up is worded by the helper, and keeps its level and what was asked now', async () => {
  const { dependencies, requests, prompt } = scriptedHelper(` "${standing}"\n`);
  assert.deepEqual(await rewriteWithHelper('and for seniors?', history, dependencies), {
    text: standing,
    isFollowUp: true,
    latest: 'and for seniors?',
    topic: 'How do I become a data engineer?',
    level: 'senior',
  });
  assert.equal(requests.length, 1);
  assert.equal(requests[0]?.timeoutMs, 1_500);
  assert.match(prompt(), /\{"role":"person","text":"How do I become a data engineer\?"\}/);
  assert.match(prompt(), /\{"role":"person","text":"and for seniors\?"\}\]$/);
});

const notAsked: readonly (readonly [string, string, readonly PastTurn[]])[] = [
  ['a first question', 'and for seniors?', []],
  [
    'a question that stands alone',
    'What does a machine learning engineer earn in Berlin?',
    history,
  ],
  ['an offered question that was chosen', 'Which tools do data engineers use?', history],
  ['its number', 'the second one', history],
];
for (const [what, text, turns] of notAsked)
  test(`${what} needs no helper`, async () => {
    const { dependencies, requests } = scriptedHelper(standing);
    assert.deepEqual(
      await rewriteWithHelper(text, turns, dependencies),
      rewriteQuestion(text, turns),
    );
    assert.equal(requests.length, 0);
  });

const useless: readonly (readonly [string, string | Error])[] = [
  ['fails', helperDown],
  ['answers with several lines', 'Here it is:\nWhat should a senior learn?'],
  ['answers without an end', `What ${'should a data engineer learn '.repeat(30)}?`],
  ['translates', '¿Qué debe aprender primero un ingeniero de datos con experiencia?'],
  ['makes something up', 'Where is the best pizza?'],
];
for (const [what, answer] of useless)
  test(`when the helper ${what}, the rules serve and the operator learns of it`, async () => {
    const { dependencies, failures } = scriptedHelper(answer);
    assert.deepEqual(
      await rewriteWithHelper('and for seniors?', history, dependencies),
      rewriteQuestion('and for seniors?', history),
    );
    assert.deepEqual(
      failures.map(({ part, error }) => [part, error.code]),
      [['rewrite', 'model-unavailable']],
    );
  });

test('a follow-up in another language stays in it', async () => {
  const spanish: readonly PastTurn[] = [
    { role: 'user', content: '¿Cómo me convierto en ingeniero de datos?' },
    { role: 'assistant', content: 'Aprende SQL y Python [1].' },
  ];
  const worded = '¿Cómo me convierto en ingeniero de datos para un puesto senior?';
  const { dependencies } = scriptedHelper(worded);
  const { text } = await rewriteWithHelper('¿y para seniors?', spanish, dependencies);
  assert.equal(text, worded);
});

test('an abort rejects with its reason and is no failure of the helper', async () => {
  const { dependencies, failures } = scriptedHelper(standing);
  const signal = AbortSignal.abort(new Error('the person left'));
  await assert.rejects(
    rewriteWithHelper('and for seniors?', history, dependencies, signal),
    /the person left/,
  );
  assert.deepEqual(failures, []);
});
