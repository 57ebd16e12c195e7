import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  answerCiting,
  declinedAnswer,
  figureValue,
  sampleQuestion,
} from '#test/evals/sample-evaluation.ts';
import { scoreRefusal } from './refusal.ts';

const answered = answerCiting('Bread is baked [1].', [['bread', 'Bread is baked.']]);
const answerable = sampleQuestion([{ documentId: 'bread', grade: 2 }]);
const unanswerable = sampleQuestion([], { id: 'unanswerable-1', kind: 'unanswerable' });
const asked = [
  { question: answerable, answer: answered },
  { question: answerable, answer: declinedAnswer },
  { question: unanswerable, answer: declinedAnswer },
  { question: unanswerable, answer: { ...declinedAnswer, state: 'declined' as const } },
  { question: unanswerable, answer: answered },
];

it('counts honest and wrong refusals apart', () => {
  const { figures } = scoreRefusal('test', asked);
  assert.equal(figureValue(figures, 'refusal.test.honestlyDeclined'), 2 / 3);
  assert.equal(figureValue(figures, 'refusal.test.wronglyDeclined'), 1 / 2);
});

it('lists both kinds of mistake on the development questions, and none of the test split', () => {
  assert.deepEqual(
    scoreRefusal('dev', asked).failures.map(({ cause }) => cause),
    [
      'answered, though nothing answers it (unanswerable)',
      'declined, though an article answers it (plain)',
    ],
  );
  assert.deepEqual(scoreRefusal('test', asked).failures, []);
});
