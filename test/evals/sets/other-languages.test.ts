import assert from 'node:assert/strict';
import { it } from 'node:test';
import { answerCiting, declinedAnswer, figureValue } from '#test/evals/sample-evaluation.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { sampleRetrieved } from '#test/mentor/passage-samples.ts';
import { scoreOtherLanguages } from './other-languages.ts';

const document = makePassage({ documentId: 'rag', section: 'What is RAG?' });
const nothing = { passages: [], nearest: [document] };
const rag = { passages: [{ ...sampleRetrieved(1), document }], nearest: [document] };
const spanish = {
  id: 'language-1',
  language: 'es',
  question: '¿qué es RAG?',
  relevant: [{ documentId: 'rag', section: 'What is RAG?', grade: 2 as const }],
};
const paella = { id: 'language-2', language: 'es', question: '¿y la paella?', relevant: [] };
const inEnglish = answerCiting('This is what the passages of the articles say [1].', [
  ['rag', 'This is what the passages say.'],
]);
const inSpanish = answerCiting('Los pasajes dicen esto, y nada de otra cosa [1].', [
  ['rag', 'This is what the passages say.'],
]);
const saysSo = { ...declinedAnswer, notice: 'My articles are in English.' };

it('counts what is found, answered, declined, and plain about the language', () => {
  const { figures, failures } = scoreOtherLanguages('dev', [
    { question: spanish, retrieval: rag, answer: inSpanish },
    { question: spanish, retrieval: rag, answer: inEnglish },
    { question: spanish, retrieval: nothing, answer: saysSo },
    { question: paella, retrieval: nothing, answer: saysSo },
  ]);
  assert.equal(figureValue(figures, 'otherLanguages.dev.recallAt5'), 2 / 3);
  assert.equal(figureValue(figures, 'otherLanguages.dev.answered'), 2 / 3);
  assert.equal(figureValue(figures, 'otherLanguages.dev.plainAboutLanguage'), 3 / 4);
  assert.equal(figureValue(figures, 'otherLanguages.dev.honestlyDeclined'), 1);
  assert.deepEqual(
    failures.map(({ cause }) => cause),
    ['answered in English without a word about it', 'declined, though an article answers it'],
  );
});
