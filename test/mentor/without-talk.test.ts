import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutTalk } from '#mentor/without-talk.ts';

test('talk before a question is left out', () => {
  const texts: Readonly<Record<string, string>> = {
    'ok thanks, what is RAG?': 'what is RAG?',
    'thanks! do I need a cover letter?': 'do I need a cover letter?',
    'hii how do I start': 'how do I start',
    'lol ok. hmm, is Python hard?': 'is Python hard?',
    'ok thanks, in english pls: what replaced AI-102': 'what replaced AI-102',
  };
  for (const [text, question] of Object.entries(texts)) assert.equal(withoutTalk(text), question);
});

test('what is more than talk stays, and so does a message that is nothing else', () => {
  for (const text of [
    'ok, thanks',
    'what is RAG?',
    'I was laid off, what now?',
    'no replies, 300 applications',
    'good courses for Python',
    'hi there',
  ])
    assert.equal(withoutTalk(text), text);
});
