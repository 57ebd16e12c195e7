import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery } from '#services/knowledge-index/ranking/compile-query.ts';
import {
  createFieldMatch,
  matchField,
  occurrences,
} from '#services/knowledge-index/ranking/match-field.ts';
import { createStemNumbers } from '#services/knowledge-index/ranking/prepare-passage.ts';

const numbers = createStemNumbers();
const [vector, database, row] = ['vector', 'databas', 'row'].map(numbers.numberOf);
const query = compileQuery(
  [
    { word: 'vector', stem: 'vector', alternatives: [{ text: 'vector database', weight: 0.9 }] },
    { word: 'database', stem: 'databas', alternatives: [] },
  ],
  numbers,
  { inverseFrequencyOf: () => 1 },
);
const [word, phrase] = query.terms[0]?.ways ?? [];

function match(...stems: (number | undefined)[]) {
  const field = Int32Array.from(stems.map((stem) => stem ?? -1));
  return matchField(field, 0, field.length, query, createFieldMatch(query));
}

test('a word is counted wherever it stands, a phrase only where its words stand side by side', () => {
  assert.ok(word && phrase);
  const field = match(vector, database, row, vector, row, database);
  assert.equal(occurrences(field, word), 2);
  assert.equal(occurrences(field, phrase), 1);
  assert.equal(occurrences(match(vector, row), phrase), 0);
});

test('neighbours of the question are found side by side, but not across two questions', () => {
  assert.deepEqual([...match(vector, database).paired], [0]);
  assert.deepEqual([...match(vector, undefined, database).paired], []);
});

test('a field without a word of the query counts nothing, not even words that are newer than the query', () => {
  assert.ok(word && phrase);
  const newer = numbers.numberOf('kubernet');
  for (const field of [match(row, newer), match()]) {
    assert.ok(field.isEmpty);
    assert.deepEqual([occurrences(field, word), occurrences(field, phrase)], [0, 0]);
  }
});
