import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutIntroduction } from '#mentor/without-introduction.ts';

const asked = 'how do I become a data engineer?';
for (const introduction of [
  'My name is Ada Lovelace, ',
  "Hi, I'm Mehmet. ",
  'Wei here, ',
  'This is Fatima, ',
  'I am a woman, ',
  'as a nonbinary person, ',
  "I'm a mother of two, ",
  "I'm 47, ",
  'I am 22 years old. ',
  'im in my fifties, ',
  'I am from the Philippines, ',
  "Hello, I'm from Nigeria and ",
  'I studied at a community college, ',
  "I'm nigerian, ",
  'as a Spanish woman, ',
  'as a 45-year-old man, ',
  'At 52, ',
  'I just turned 60. ',
  'I have two kids, ',
  'My degree is from a community college, ',
  'I graduated from ETH Zurich, ',
  "My name is Ana, I'm 30, I'm from Spain, ",
])
  test(`“${introduction}” says nothing of what is asked`, () => {
    const question = introduction.endsWith('and ')
      ? `${introduction}want to know ${asked}`
      : introduction + asked;
    assert.ok(withoutIntroduction(question).endsWith(asked));
    assert.doesNotMatch(
      withoutIntroduction(question),
      /Ada|Mehmet|Wei|Fatima|woman|nonbinary|mother|man,|nigerian|Spanish|kids|degree is|\d|fifties|Philippines|Nigeria|college|Zurich|Spain/,
    );
  });

for (const question of [
  "I'm a nurse, how do I start?",
  "I'm from the backend, what carries over?",
  'as a junior, what should I learn?',
  'I went to a bootcamp, do I need a degree?',
  'I studied physics at Oxford, how do I move to AI?',
  'Am I too old at 45 to switch?',
  'How can women move into leadership?',
  "I'm stuck, what now?",
  'I am 14 years into my career, what next?',
  'Are visas hard to get in Germany?',
  'I am a physician, how do I start?',
  'I have two offers, which one?',
  'my name is Ada',
  '',
])
  test(`“${question}” stays whole`, () => {
    assert.equal(withoutIntroduction(question), question);
  });
