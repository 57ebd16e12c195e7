import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  answerCiting,
  declinedAnswer,
  figureValue,
  sampleQuestion,
} from '#test/evals/sample-evaluation.ts';
import { scoreCitations } from './citations.ts';

const question = sampleQuestion([
  { documentId: 'vectors', grade: 2 },
  { documentId: 'numbers', grade: 1 },
]);
const passages = [
  ['vectors', 'A vector is a list of numbers with a fixed length.'],
  ['numbers', 'Numbers of a list are called components of the vector.'],
  ['bread', 'Bakers knead dough for bread in the morning.'],
] as const;

it('takes a citation for right when its article is acceptable and its passage supports the sentence', () => {
  const answer = answerCiting(
    'A vector is a list of numbers with a fixed length [1]. Numbers of a list are called components [2]. Bakers knead dough for bread [3]. Ships sail across stormy oceans [1].',
    passages,
  );
  const { figures, failures } = scoreCitations('dev', [{ question, answer }]);
  assert.equal(figureValue(figures, 'citations.dev.precision'), 2 / 4);
  assert.equal(figureValue(figures, 'citations.dev.recall'), 1);
  assert.equal(failures[0]?.cause, 'a sentence that its passage does not support');
});

it('judges each of several sources of one sentence alone', () => {
  const answer = answerCiting(
    'A vector is a list of numbers with a fixed length [1][3].',
    passages,
  );
  const { figures } = scoreCitations('test', [{ question, answer }]);
  assert.equal(figureValue(figures, 'citations.test.precision'), 1 / 2);
});

it('misses what was declined, and what only an article that helps was cited for', () => {
  const helped = answerCiting('Numbers of a list are called components [1].', [passages[1]]);
  const asked = [
    { question, answer: declinedAnswer },
    { question, answer: helped },
    { question: sampleQuestion([]), answer: declinedAnswer },
  ];
  const { figures, failures } = scoreCitations('dev', asked);
  assert.equal(figureValue(figures, 'citations.dev.recall'), 0);
  assert.equal(figureValue(figures, 'citations.dev.anySource'), 1 / 2);
  assert.deepEqual(
    failures.map(({ cause }) => cause),
    ['no source that answers the question'],
  );
});
