import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readsLikeQuestion } from '#bot/reads-like-question.ts';
import { readSmallTalk } from '#bot/small-talk.ts';

describe('small talk', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['hii', 'greeting'],
    ['Heyyy there!', 'greeting'],
    ['good morning', 'greeting'],
    ['hi, how do I become a data engineer', undefined],
    ['thx!!', 'thanks'],
    ['ok thanks', 'thanks'],
    ['thanks, and for seniors?', undefined],
    ['bye', 'goodbye'],
    ['k', 'agreed'],
    ['Not now', 'not-now'],
    ['😭💀', 'emoji'],
    ['👩🏽‍💻', 'emoji'],
    ['0', undefined],
    ['#1', undefined],
    ['no replies 😭', undefined],
    ['are you human?', 'is-it-human'],
    ['', undefined],
  ];
  for (const [text, kind] of cases)
    it(`reads ${JSON.stringify(text)} as ${kind ?? 'a question'}`, () =>
      assert.equal(readSmallTalk(text), kind));
});

describe('readsLikeQuestion', () => {
  const questions = [
    'how do i become an ml engineer?',
    'what does a data engineer do',
    'Is it worth it to learn langchain',
    'and what about people who come from biology?',
    'why python?',
    '¿Cómo empiezo con esto en casa?',
  ];
  const answers = [
    'ml engineer?',
    'mid?',
    '5-10?',
    'not sure',
    'backend developer',
    'I am a nurse and want to switch',
    'data science is what I do',
    'how',
    '',
  ];
  for (const text of questions)
    it(`takes "${text}" for a question`, () => assert.ok(readsLikeQuestion(text)));
  for (const text of answers)
    it(`takes "${text}" for an answer`, () => assert.ok(!readsLikeQuestion(text)));
});
