import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import type { SynonymGroup } from '#services/knowledge-index/port.ts';
import { createVocabulary } from '#services/knowledge-index/ranking/vocabulary.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { makePassage } from '#test/helpers/make-passage.ts';

const { database } = openDatabase(':memory:');
await createSqliteKnowledgeIndex(database).putDocument([
  makePassage({
    title: 'Data engineers',
    content:
      'Machine learning needs data science. An analyst uses analytics. A frame in the main hall. Which salary? The database is full.',
  }),
]);
const vocabulary = createVocabulary(database);

const understand = (text: string, synonyms: readonly SynonymGroup[] = []) =>
  vocabulary.understand({ text, synonyms, limit: 1 });
const words = (text: string) => understand(text).map((term) => term.word);
const alternativesOf = (text: string) =>
  understand(text).flatMap((term) => term.alternatives.map((alternative) => alternative.text));

it('keeps the words that carry the topic, each once, in order', () => {
  assert.deepEqual(words('What is the salary of a data analyst, salary?'), [
    'salary',
    'data',
    'analyst',
  ]);
});

it('finds no terms where all are function words', () => {
  assert.deepEqual(words('what is it'), []);
});

it('keeps a function word that has a meaning here', () => {
  const terms = understand('go salary', [{ term: 'go', alternatives: ['golang'] }]);
  assert.deepEqual(
    terms.map((term) => term.word),
    ['go', 'salary'],
  );
});

it('offers what a mistyped word was meant to be', () => {
  assert.ok(alternativesOf('salry').includes('salary'));
});

it('drops a mistyped function word', () => {
  assert.deepEqual(words('whhich salary'), ['salary']);
});

it('takes a known word, and a form of one, as it stands', () => {
  assert.deepEqual(alternativesOf('salary'), []);
  assert.deepEqual(alternativesOf('salaries'), []);
});

it('cuts words written together where they stand side by side in a passage', () => {
  assert.deepEqual(words('machinelearning'), ['machine', 'learning']);
  assert.deepEqual(words('datascience'), ['data', 'science']);
  assert.deepEqual(words('mainframe'), ['mainframe']);
});

it('cuts a word without a topic off the one that it was written together with', () => {
  assert.deepEqual(words('whichsalary'), ['salary']);
  assert.deepEqual(words('theanalyst'), ['analyst']);
  assert.deepEqual(words('ofthe'), []);
});

it('joins words written apart', () => {
  assert.ok(alternativesOf('data base').includes('database'));
});

it('knows words of one family', () => {
  assert.ok(alternativesOf('analyst').includes('analytics'));
});

it('gives synonyms precedence over guesses', () => {
  const [term] = understand('salry', [{ term: 'salry', alternatives: ['pay'] }]);
  assert.deepEqual(
    term?.alternatives.map((alternative) => alternative.text),
    ['pay'],
  );
});

it('reads only the first words of an overlong question', () => {
  const text = Array.from({ length: 500 }, (_, number) => `word${number}`).join(' ');
  assert.ok(understand(text).length <= 64);
});
