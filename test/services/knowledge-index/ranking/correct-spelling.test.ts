import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  correctSpelling,
  type KnownWords,
} from '#services/knowledge-index/ranking/correct-spelling.ts';

function knownWords(frequencies: Record<string, number>): KnownWords {
  return {
    ofLength: (length) => Object.keys(frequencies).filter((word) => word.length === length),
    frequencyOf: (word) => frequencies[word] ?? 0,
  };
}

const known = knownWords({
  engineer: 90,
  engineering: 60,
  interview: 80,
  interviews: 70,
  salary: 30,
  python: 25,
  policy: 9,
  chart: 4,
  mock: 12,
  monk: 1,
  learn: 50,
  learned: 8,
});

it('finds the word that a letter is missing, doubled, swapped or wrong in', () => {
  assert.deepEqual(correctSpelling('salry', known), ['salary']);
  assert.deepEqual(correctSpelling('sallary', known), ['salary']);
  assert.deepEqual(correctSpelling('pyhton', known), ['python']);
  assert.deepEqual(correctSpelling('interwiew', known), ['interview']);
});

it('allows two errors in a long word and takes the nearest', () => {
  assert.deepEqual(correctSpelling('enginerring', known), ['engineering']);
  assert.deepEqual(correctSpelling('intervews', known), ['interviews']);
});

it('takes a short word with another letter for another word', () => {
  assert.deepEqual(correctSpelling('police', known), []);
});

it('takes what is in no dictionary for an error, also with another letter or another first one', () => {
  assert.deepEqual(correctSpelling('leatn', known), ['learn']);
  assert.deepEqual(correctSpelling('dalary', known), ['salary']);
  assert.deepEqual(correctSpelling('aslary', known), ['salary']);
  assert.deepEqual(correctSpelling('inferviex', known), ['interview']);
});

it('leaves a word of the dictionary that begins with another letter', () => {
  assert.deepEqual(correctSpelling('yearn', known), []);
});

it('completes a very short word only inside, and only to one that is common', () => {
  assert.deepEqual(correctSpelling('mok', known), ['mock']);
  assert.deepEqual(correctSpelling('cat', known), []);
});

it('leaves names with digits, and what resembles nothing, alone', () => {
  assert.deepEqual(correctSpelling('salary2', known), []);
  assert.deepEqual(correctSpelling('zorvax', known), []);
});
