import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitQuestion } from '#mentor/split-question.ts';

const several: Readonly<Record<string, readonly string[]>> = {
  'what does a data engineer do and how much do they earn?': [
    'what does a data engineer do',
    'how much do they earn?',
  ],
  'How do I learn SQL? Is a certificate worth it?': [
    'How do I learn SQL?',
    'Is a certificate worth it?',
  ],
  'what is RAG, and what are agents?': ['what is RAG', 'what are agents?'],
  'how do i negotiate / what should i say about my current pay': [
    'how do i negotiate',
    'what should i say about my current pay',
  ],
  'What is MLOps?\nDo I need a degree for it?\nand which tools are used?': [
    'What is MLOps?',
    'Do I need a degree for it?',
    'which tools are used?',
  ],
};
for (const [message, questions] of Object.entries(several))
  test(`“${message.replaceAll('\n', ' ')}” asks ${questions.length} questions`, () => {
    assert.deepEqual(splitQuestion(message), questions);
  });

for (const message of [
  'how do I become an ML engineer?',
  'what is the difference between RAG and fine-tuning?',
  'I am a nurse. How do I start?',
  'Python and SQL: what first?',
  'should I learn Rust or Go and why?',
  'what is RAG? What are evals? What are agents? What is MCP?',
  'what?',
  'how do I learn Python and which?',
])
  test(`“${message}” is looked for as one`, () => {
    assert.deepEqual(splitQuestion(message), [message]);
  });
