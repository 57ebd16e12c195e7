import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDistressCheck } from '#mentor/says-distress.ts';
import { readScreeningRules } from '#mentor/screen-question.ts';

const saysDistress = createDistressCheck(
  readScreeningRules(`${import.meta.dirname}/../../mentor/screening-rules.json`),
);

test('who is not well is heard, with a question or without', () => {
  assert.equal(saysDistress('I feel like a total failure'), true);
  assert.equal(saysDistress('I feel worthless, what should I do?'), true);
});

test('an answer, a dash and a book are no distress', () => {
  assert.equal(saysDistress('I would cache it.'), false);
  assert.equal(saysDistress('—'), false);
  assert.equal(saysDistress('I would cache it. '.repeat(1_000)), false);
});
