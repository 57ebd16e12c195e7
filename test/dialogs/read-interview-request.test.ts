import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InterviewRequest, readInterviewRequest } from '#dialogs/read-interview-request.ts';

const meant: readonly (readonly [string, InterviewRequest])[] = [
  ['Can you repeat the question?', 'repeat'],
  ['what was the question again', 'repeat'],
  ['ok', 'repeat'],
  ['wait', 'moment'],
  ['Let me think about it', 'moment'],
  ['I need a minute', 'moment'],
  ['another question please', 'other-question'],
  ['can i get a different question?', 'other-question'],
  ['next question', 'other-question'],
  ['how did I do?', 'marks'],
  ['was that good?', 'marks'],
  ['whats my score', 'marks'],
  ['but I said that', 'said-it'],
  ['I already mentioned it', 'said-it'],
];
for (const [text, request] of meant)
  test(`"${text}" is ${request}`, () => assert.equal(readInterviewRequest(text), request));

for (const text of [
  'I said that we should wait for the data',
  'ok, first I would look at the logs',
  'another option was a queue',
  'wait for the retry and then stop',
  '',
  '👍',
])
  test(`"${text}" is no such thing`, () => assert.equal(readInterviewRequest(text), undefined));
