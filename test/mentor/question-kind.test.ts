import assert from 'node:assert/strict';
import { it } from 'node:test';
import { canAnswer, goalOf, kindOf } from '#mentor/question-kind.ts';

it('the wording of a question tells what it wants to know of its topic', () => {
  const questions = {
    comparison: ['RAG vs fine-tuning?', 'How is an ML engineer different from a data scientist?'],
    objection: ['When would you not use RAG?', 'When is an agent the wrong choice?'],
    becoming: [
      'how do I become an ML engineer?',
      'getting into data engineering',
      'moving to AI from the frontend',
      'can I switch to MLOps?',
    ],
    learning: ['How do I learn SQL?', 'how to start with agents', 'In which order should I learn?'],
    duties: ['What does an AI engineer do?', 'what does a red teamer actually do all day'],
    definition: ['what is RAG?', 'What’s a transformer?', 'explain fine-tuning'],
  };
  for (const [kind, examples] of Object.entries(questions))
    for (const example of examples) assert.equal(kindOf(example), kind, example);
});

it('a question whose wording says nothing of the sort has no kind', () => {
  for (const question of [
    'is AI going to replace developers?',
    'how do I negotiate an offer',
    'what are the first things to do when I have been laid off',
    '',
  ])
    assert.equal(kindOf(question), undefined, question);
});

it('"how long?" is answered by what holds a span of time, any other question by anything', () => {
  for (const text of [
    'It takes 3 to 6 months.',
    'Plan two more weeks.',
    'An hour a day is enough.',
  ])
    assert.ok(canAnswer('duration', text), text);
  for (const text of ['Cleaning data comes first.', 'A ten-year projection from 2024.'])
    assert.ok(!canAnswer('duration', text), text);
  assert.ok(canAnswer('becoming', 'Cleaning data comes first.'));
  assert.equal(kindOf('and how long does it take?'), 'duration');
});

it('what somebody wants to become stands behind the verb, or behind "from ... to"', () => {
  assert.equal(goalOf('How do I become an ML engineer?'), 'an ml engineer');
  assert.equal(goalOf('From ML engineer to AI engineer'), 'ai engineer');
  assert.equal(goalOf('What does an ML engineer do?'), undefined);
});
