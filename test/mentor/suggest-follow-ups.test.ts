import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggestFollowUps } from '#mentor/suggest-follow-ups.ts';
import { samplePassage } from './passage-samples.ts';

function passages(...sections: readonly (readonly [documentId: string, section: string])[]) {
  return sections.map(([documentId, section], index) =>
    samplePassage({ id: `${documentId}#${index}`, documentId, section }),
  );
}

const candidates = passages(
  ['evals', 'What is an evaluation set?'],
  ['evals', 'How many questions are enough?'],
  ['evals', 'Who reviews the results?'],
  ['rag', 'What is chunking?'],
  ['pay', 'Which salary should I ask for?'],
);

test('at most three questions are offered, two of one article, best first', () => {
  assert.deepEqual(suggestFollowUps('How do I begin?', [], candidates, new Set()), [
    'What is an evaluation set?',
    'How many questions are enough?',
    'What is chunking?',
  ]);
});

test('what was just answered, asked now, or asked before is not offered', () => {
  assert.deepEqual(
    suggestFollowUps(
      'what evaluation sets are there?',
      ['what about chunking'],
      candidates,
      new Set(['evals#1']),
    ),
    ['Who reviews the results?', 'Which salary should I ask for?'],
  );
});

test('only questions that a passage answers are offered, and none twice', () => {
  const odd = [
    ...passages(
      ['a', 'Evaluating language models'],
      ['b', 'What is chunking?'],
      ['c', 'What is chunking?'],
    ),
    samplePassage({
      id: 'd#0',
      documentId: 'd',
      section: 'What does this not tell you?',
      part: 'limits',
    }),
    samplePassage({ id: 'e#0', documentId: 'e', section: 'And what is it?' }),
  ];
  assert.deepEqual(suggestFollowUps('', [], odd, new Set()), ['What is chunking?']);
});

test('without candidates nothing is offered', () => {
  assert.deepEqual(suggestFollowUps('How?', [], [], new Set()), []);
});
