import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEnglish } from '#language/languages.ts';
import { isStopWord, stemOf, topicStems, wordsOf } from '#language/words.ts';

test('words are lower case, without accents, and names of languages stay whole', () => {
  const texts: readonly (readonly [string, readonly string[]])[] = [
    ['C++, C# and F#!', ['c++', 'c#', 'and', 'f#']],
    ["Don’t, don't", ['dont', 'dont']],
    ['Café Ñandú Straße', ['cafe', 'nandu', 'straße']],
    ['node.js 3.5 k8s', ['node', 'js', '3', '5', 'k8s']],
    ['データ 数据', ['テータ', '数据']],
    ['ＡＩ ﬁne', ['ai', 'fine']],
    ['—… 😀 \u0000', []],
    ['', []],
  ];
  for (const [text, words] of texts) assert.deepEqual(wordsOf(text), words, text);
});

test('what is left of a question is its topic, as stems', () => {
  assert.deepEqual(topicStems('How do I prepare for interviews about preparing?'), [
    'prepar',
    'interview',
    'prepar',
  ]);
  assert.deepEqual(topicStems('what is it'), []);
});

test('a stem is remembered and stays the same', () => {
  assert.equal(stemOf('engineering'), 'engin');
  assert.equal(stemOf('engineering'), 'engin');
  assert.ok(isStopWord('the'));
  assert.ok(!isStopWord('python'));
});

test('English is told from other languages by its small words', () => {
  for (const text of [
    'How do I become an ML engineer?',
    'What is the capital of France?',
    'The first step is small, and that is fine.',
    'SQL',
    'resume tips',
    '',
  ])
    assert.ok(isEnglish(text), text);
  for (const text of [
    '¿Cómo me convierto en ingeniero de datos sin título?',
    'Was ist die Hauptstadt von Frankreich?',
    'Comment devenir ingénieur en apprentissage automatique ?',
    'Como me torno engenheiro de dados no Brasil?',
    'Как стать инженером машинного обучения?',
  ])
    assert.ok(!isEnglish(text), text);
});
