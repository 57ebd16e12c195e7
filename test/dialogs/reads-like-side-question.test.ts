import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readsLikeSideQuestion } from '#dialogs/reads-like-side-question.ts';

describe('a question in the middle of an answer', () => {
  const questions = [
    'what is a golden dataset?',
    'what does idempotent mean',
    'can you explain that question',
    'how long should my answer be?',
    'tell me more about STAR',
    'should i talk about my own part?',
  ];
  for (const text of questions)
    it(`"${text}" goes to the mentor`, () => assert.equal(readsLikeSideQuestion(text), true));

  const answers = [
    'When I joined the team nobody had written a test',
    'What I did first was to ask the customer',
    'How many users are there? Who reads it? May we lose a message?',
    'I would cache it, right?',
    'Compare both on the same real questions',
    `Which option we took was decided by load: ${'we measured and measured and '.repeat(6)} does that help?`,
    'why not',
  ];
  for (const text of answers)
    it(`"${text.slice(0, 60)}" is an answer`, () =>
      assert.equal(readsLikeSideQuestion(text), false));

  it('what the interviewer is asked is the answer where questions are wanted, what the mentor is asked is not', () => {
    const wanted = { expectsQuestions: true };
    assert.equal(readsLikeSideQuestion('How many users are there in a group?', wanted), false);
    assert.equal(readsLikeSideQuestion('How many users are there in a group?'), true);
    assert.equal(readsLikeSideQuestion('What is a guardrail metric?', wanted), true);
  });
});
