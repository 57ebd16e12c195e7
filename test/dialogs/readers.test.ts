import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findStep, isSkip, profileSteps } from '#dialogs/profile-steps.ts';
import { readExperienceLevel } from '#dialogs/read-experience-level.ts';
import { readHoursPerWeek } from '#dialogs/read-hours-per-week.ts';
import { readNumbers } from '#dialogs/read-numbers.ts';

describe('readExperienceLevel', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['Mid level', 'mid'],
    ['career_changer', 'career_changer'],
    ['4 years backend', 'mid'],
    ['four yrs', 'mid'],
    ['1', 'junior'],
    ['18 months', 'junior'],
    ['3 months', 'entry'],
    ['12y', 'senior'],
    ['10+ years', 'senior'],
    ['i am a student with 2 years of work', 'student'],
    ['2nd year CS student', 'student'],
    ['fresher', 'entry'],
    ['new grad', 'entry'],
    ['no experience', 'entry'],
    ['tech lead', 'senior'],
    ['Sr. engineer', 'senior'],
    ['switching from nursing', 'career_changer'],
    ['jr dev', 'junior'],
    ['intermediate i guess', 'mid'],
    ['purple', undefined],
    ['I have 3 cats and a dog', undefined],
    ["I don't know, you are the expert", undefined],
    ['', undefined],
  ];
  for (const [text, level] of cases)
    it(`reads "${text}" as ${level ?? 'unknown'}`, () =>
      assert.equal(readExperienceLevel(text), level));
});

describe('readHoursPerWeek', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['6', 6],
    ['6h a wek', 6],
    ['5-10', 7.5],
    ['5 to 10 hours', 7.5],
    ['ten', 10],
    ['twenty five', 25],
    ['10+', 10],
    ['an hour a day', 7],
    ['2 hours daily', 14],
    ['20 min a day', 2.5],
    ['1 hour every weekday', 5],
    ['a couple of hours', 2],
    ['half an hour a day', 3.5],
    ['full time', 40],
    ['10 hours a month', 2.5],
    ['0', 0],
    ['no time', 0],
    ['7,5', 7.5],
    ['500', undefined],
    ['24 hours a day every day and more', 168],
    ['as many as it takes', undefined],
    ['i have 3 kids, no time for games', undefined],
    ['i ran a bakery for 20 years, so whatever', undefined],
    ['with 3 kids maybe 2 hours in the evening', 2],
    ['', undefined],
  ];
  for (const [text, hours] of cases)
    it(`reads "${text}" as ${hours ?? 'unknown'}`, () =>
      assert.equal(readHoursPerWeek(text), hours));
});

describe('readNumbers', () => {
  it('reads digits and words in order', () => {
    assert.deepEqual(
      readNumbers('between five and 10, or twenty one, maybe 2.5'),
      [5, 10, 21, 2.5],
    );
    assert.deepEqual(readNumbers('someone often phones'), []);
  });
});

describe('profile steps', () => {
  it('understand many ways to leave a question open', () => {
    for (const text of [
      'skip',
      'idk',
      "I don't know",
      'N/A',
      '-',
      '...',
      'no idea',
      'Not sure',
      'prefer not to say',
      'no thanks',
      "that's none of your business",
      'you tell me',
    ])
      assert.ok(isSkip(text), text);
    for (const text of ['none', 'nothing', 'skip level manager', 'java'])
      assert.ok(!isSkip(text), text);
  });

  it('recognise a direction that is misspelt, and keep one they do not know in its own words', () => {
    const matchRole = (text: string) =>
      text.toLowerCase() === 'ai engineer' ? { id: 'ai_engineer', name: 'AI Engineer' } : undefined;
    const step = profileSteps.find(({ name }) => name === 'direction');
    assert.deepEqual(step?.read('ai engneer', matchRole), {
      direction: 'AI Engineer',
      targetRole: 'ai_engineer',
    });
    assert.deepEqual(step?.read('beekeeping with drones', matchRole), {
      direction: 'beekeeping with drones',
    });
    assert.deepEqual(step?.read('Not sure', matchRole), {});
  });

  it('are found by what people call them', () => {
    assert.equal(findStep('the hours are wrong')?.name, 'hoursPerWeek');
    assert.equal(findStep('Direction')?.name, 'direction');
    assert.equal(findStep('Now')?.name, 'background');
    assert.equal(findStep('my seniority')?.name, 'experienceLevel');
    assert.equal(findStep('the moon'), undefined);
  });
});
