import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import path from 'word-list';
import { isEnglishWord } from '#language/english-words.ts';

test('knows every word of the list, the first and the last too', () => {
  const words = readFileSync(path, 'utf8').trim().split('\n');
  const some = words.filter((_, position) => position % 997 === 0);
  for (const word of [...some, ...words.slice(0, 2), ...words.slice(-2)])
    assert.equal(isEnglishWord(word), true, word);
});

test('knows no word that is not in it', () => {
  for (const word of [
    '',
    'a!',
    'salry',
    'zzzzz',
    'interviewx',
    'Interview',
    '\n',
    'learn\nlearned',
  ])
    assert.equal(isEnglishWord(word), false, JSON.stringify(word));
});
