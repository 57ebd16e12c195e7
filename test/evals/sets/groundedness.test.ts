import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import {
  answerCiting,
  declinedAnswer,
  figureValue,
  sampleQuestion,
} from '#test/evals/sample-evaluation.ts';
import { scoreGroundedness } from './groundedness.ts';

const question = sampleQuestion([{ documentId: 'vectors', grade: 2 }]);
const passages = [['vectors', 'A vector is a list of numbers.']] as const;
const mark = fixedReplies.unsupportedMark;

it('counts the citing sentences that carry no mark, and whole answers', () => {
  const asked = [
    { question, answer: answerCiting('A vector is a list [1]. It is short.', passages) },
    {
      question,
      answer: answerCiting(`A vector is a list [1]. It sings [1]. ${mark}`, passages, {
        state: 'partly-grounded',
      }),
    },
    { question, answer: declinedAnswer },
  ];
  const { figures, failures } = scoreGroundedness('dev', asked);
  assert.equal(figureValue(figures, 'groundedness.dev.supported'), 2 / 3);
  assert.equal(figureValue(figures, 'groundedness.dev.whole'), 1 / 2);
  assert.equal(figureValue(figures, 'groundedness.dev.plantedCaught'), undefined);
  assert.deepEqual(
    failures.map(({ cause }) => cause),
    ['a sentence of the passages was not believed'],
  );
});

it('counts planted mistakes apart', () => {
  const text = `Notably, a vector is not a list [1]. ${mark} Notably, a vector has 512 numbers [1]. A vector is a list [1].`;
  const { figures, failures } = scoreGroundedness('dev', [
    { question, answer: answerCiting(text, passages) },
  ]);
  assert.equal(figureValue(figures, 'groundedness.dev.plantedCaught'), 1 / 2);
  assert.equal(figureValue(figures, 'groundedness.dev.supported'), 1);
  assert.deepEqual(
    failures.map(({ cause }) => cause),
    ['a planted mistake was believed'],
  );
});
