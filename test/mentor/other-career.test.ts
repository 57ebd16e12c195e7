import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOtherCareers } from '#mentor/other-career.ts';

const careers = readOtherCareers(`${import.meta.dirname}/../../knowledge/other-careers.json`);

const asked: Readonly<Record<string, string>> = {
  'should I become a nurse': 'nurse',
  'what do airline pilots earn': 'airline pilot',
  'is law school worth it': 'law school',
  'interview questions for flight attendants': 'flight attendant',
  'how to become a tax accountant?': 'tax accountant',
  'career path for a mechanical engineer in automotive': 'mechanical engineer',
  'salary of a firefighter': 'firefighter',
  'do I need a degree to be a teacher': 'teacher',
};
for (const [question, profession] of Object.entries(asked))
  test(`“${question}” asks about another career`, () => {
    assert.equal(careers.askedAbout(question), profession);
  });

for (const question of [
  'I am a nurse, how do I start?',
  'how do I switch careers as a teacher',
  'can a lawyer work remotely in a new job',
  'from accounting, where do I begin?',
  'after 12 years as a chef I want something new',
  'I was a high school teacher',
  'software for dentists: which skills do I need?',
  'do nurses get hired as data analysts',
  'how do I become an AI engineer',
  'do I need to model my time',
])
  test(`“${question}” does not`, () => {
    assert.equal(careers.askedAbout(question), undefined);
  });
