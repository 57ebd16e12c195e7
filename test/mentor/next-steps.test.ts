import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStepsOf } from '#mentor/next-steps.ts';
import { samplePassage } from './passage-samples.ts';

const article = [
  samplePassage({ content: 'senior: this is the text, not the step.' }),
  samplePassage({
    part: 'next-steps',
    content:
      'student, entry: This week: read one chapter.\ncareer_changer: This week: call a friend.\nsenior: This week: draw a plan.',
  }),
];

test('the step is the one for the level of the person', () => {
  assert.deepEqual(nextStepsOf(article, 'entry'), ['This week: read one chapter.']);
  assert.deepEqual(nextStepsOf(article, 'career_changer'), ['This week: call a friend.']);
  assert.deepEqual(nextStepsOf(article, 'senior'), ['This week: draw a plan.']);
});

test('without a level, or without a line for it, the first step serves', () => {
  assert.deepEqual(nextStepsOf(article, undefined), ['This week: read one chapter.']);
  assert.deepEqual(nextStepsOf(article, 'mid'), ['This week: read one chapter.']);
});

test('a step that begins like a level but names none stays whole', () => {
  const plain = samplePassage({ part: 'next-steps', content: 'today: write one line.\n\n' });
  assert.deepEqual(nextStepsOf([plain], 'senior'), ['today: write one line.']);
});

test('an article without steps gives none', () => {
  assert.deepEqual(nextStepsOf([], 'senior'), []);
  assert.deepEqual(nextStepsOf([samplePassage()], 'senior'), []);
});
