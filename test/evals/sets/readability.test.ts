import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  answerCiting,
  declinedAnswer,
  figureValue,
  sampleQuestion,
} from '#test/evals/sample-evaluation.ts';
import { scoreReadability } from './readability.ts';

const question = sampleQuestion([{ documentId: 'cats', grade: 2 }]);

it('counts words without the numbers of sources, and leaves out what was declined', () => {
  const { figures } = scoreReadability('dev', [
    { question, answer: answerCiting('The cat sat on the mat [1].', []) },
    { question, answer: declinedAnswer },
  ]);
  assert.equal(figureValue(figures, 'readability.dev.words'), 6);
  assert.equal(figureValue(figures, 'readability.dev.shortEnough'), 1);
});

it('grades short plain sentences below long learned ones', () => {
  const gradeOf = (text: string) =>
    figureValue(
      scoreReadability('dev', [{ question, answer: answerCiting(text, []) }]).figures,
      'readability.dev.grade',
    ) ?? 0;
  assert.ok(
    gradeOf('The cat sat on the mat. It was warm.') <
      gradeOf(
        'Organizational considerations necessitate comprehensive interdisciplinary evaluation.',
      ),
  );
});

it('lists what is too long', () => {
  const long = answerCiting('word '.repeat(151), []);
  const { figures, failures } = scoreReadability('dev', [{ question, answer: long }]);
  assert.equal(figureValue(figures, 'readability.dev.shortEnough'), 0);
  assert.equal(failures[0]?.cause, 'longer than 150 words');
});
