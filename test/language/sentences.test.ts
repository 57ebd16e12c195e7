import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuestion, splitSentences } from '#language/sentences.ts';

test('sentences end where a reader would end them', () => {
  const texts: readonly (readonly [string, readonly string[]])[] = [
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    [
      'Use e.g. Python, i.e. a language. Then go.',
      ['Use e.g. Python, i.e. a language.', 'Then go.'],
    ],
    ['The U.S. Army vs. Dr. Smith. End.', ['The U.S. Army vs. Dr. Smith.', 'End.']],
    ['Version 3.5 of Node.js is out. Good.', ['Version 3.5 of Node.js is out.', 'Good.']],
    ['He said "Go." Then he left.', ['He said "Go."', 'Then he left.']],
    ['It is so [1]. And so [2][3]. End', ['It is so [1].', 'And so [2][3].', 'End']],
    ['A line\nanother line\n\n  third  ', ['A line', 'another line', 'third']],
    ['ends with etc.', ['ends with etc.']],
    ['', []],
    [' \n ', []],
  ];
  for (const [text, sentences] of texts) assert.deepEqual(splitSentences(text), sentences, text);
});

test('no word is lost', () => {
  const text =
    'Ask Dr. Who. No. 5 is alive! "Why?" she asked... Fig. 3 shows 4.5% (approx. 5). End';
  assert.equal(splitSentences(text).join(' ').replaceAll(/\s+/g, ' '), text);
});

test('a question is told from a statement about one', () => {
  for (const sentence of [
    'How long does it take?',
    'How long does it take? ',
    'Q: Is it paid?',
    'Question 3: Is it paid?',
    '**Is it paid?**',
    'In Germany, is it paid?',
    '要经验吗？',
  ])
    assert.ok(isQuestion(sentence), sentence);
  for (const sentence of [
    'It takes six months.',
    'Ask the team: what breaks most?',
    'A good one is "What does success look like?"',
    'Begin with “what breaks most?”',
    'Question: How long does it take?; Answer: Six months',
    'What it takes',
    '',
  ])
    assert.ok(!isQuestion(sentence), sentence);
});
