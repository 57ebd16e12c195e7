import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readsLikeQuestion } from '#bot/reads-like-question.ts';

it('a question in the middle of something else is told from an answer in a doubtful tone', () => {
  for (const question of [
    'what is RAG?',
    'and for seniors?',
    'should I learn Rust first',
    'just tell me what to do',
  ])
    assert.ok(readsLikeQuestion(question), question);
  for (const answer of [
    'ml engineer?',
    'senior data engineer?',
    'backend, and some Python',
    'just did a bootcamp in Python',
    '',
  ])
    assert.ok(!readsLikeQuestion(answer), answer);
});
