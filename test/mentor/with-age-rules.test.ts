import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, PastTurn, Question } from '#mentor/answer.ts';
import { readAge } from '#mentor/read-age.ts';
import { withAgeRules } from '#mentor/with-age-rules.ts';
import { isScriptedCrisis, scriptedMentor } from '#test/helpers/scripted-mentor.ts';

describe('an age', () => {
  for (const [text, age] of [
    ['I am 14 and want to build games', 14],
    ["I'm 15.", 15],
    ['im 13 years old', 13],
    ['I’m only 12, can I learn Python?', 12],
    ['As a 15-year-old, where do I begin?', 15],
    ["I'm a 14 yo who likes math", 14],
    ['I just turned 16!', 16],
    ["I'm in 8th grade", 13],
    ['I am a 9th grader', 14],
    ['I am in middle school', 12],
    ['Ich bin 14 Jahre alt', 14],
    ['Tengo 15 años', 15],
    ["I was 14 when I began; I'm 35 now", 35],
  ] as const)
    it(`is read in “${text}”`, () => assert.equal(readAge(text), age));

  for (const text of [
    "I'm 10 years into my career",
    'I am 12 months into a bootcamp',
    "I'm 15 interviews in",
    'My 14 year old daughter wants to code',
    'I have 9 years of experience',
    'I am in the top 10%',
    "I'm 3 rounds in",
    'Tengo 15 años de experiencia',
    'A company that is 14 years old',
  ])
    it(`is not read in “${text}”`, () => assert.equal(readAge(text), undefined));
});

describe('somebody who says that they are under age', () => {
  const mentor = scriptedMentor();
  const answerQuestion = withAgeRules(mentor.answerQuestion, {
    minimumAge: 16,
    isCrisis: isScriptedCrisis,
    newId: () => 'fixed',
  });
  const ask = async (text: string, more: Partial<Question> = {}): Promise<Answer> => {
    for await (const event of answerQuestion({ text, conversationId: 'c', history: [], ...more }))
      if (event.type === 'answer') return event.answer;
    throw new Error('no answer');
  };
  const said = (content: string): PastTurn => ({ role: 'user', content });

  it('is answered as a student, told of an adult, and kept for the session only', async () => {
    const answer = await ask('I am 14 and like maths. What should I learn?', {
      profile: {
        userId: 'u',
        background: 'secret',
        careerGoals: ['x'],
        specificInterests: [],
        updatedAt: '',
      },
    });
    assert.equal(answer.sessionOnly, true);
    assert.match(answer.notice ?? '', /parent, a teacher or your school counsellor/);
    const { profile } = mentor.questions.at(-1) ?? {};
    assert.equal(profile?.experienceLevel, 'student');
    assert.equal(profile?.background, undefined);
    assert.deepEqual(profile?.careerGoals, []);
  });

  it('stays so in what they ask after it, until they say otherwise', async () => {
    const history = [said("I'm 15, what is machine learning?")];
    assert.equal((await ask('And what is RAG?', { history })).sessionOnly, true);
    const corrected = [...history, said('Sorry, I meant: I am 25 years old')];
    assert.equal((await ask('And what is RAG?', { history: corrected })).sessionOnly, undefined);
  });

  it('is not coached for pay, applications or employers', async () => {
    const asked = mentor.questions.length;
    const history = [said("I'm 15.")];
    for (const text of [
      'How much do AI engineers earn?',
      'How should I write my resume?',
      'How do I message a recruiter on LinkedIn?',
    ]) {
      const answer = await ask(text, { history });
      assert.equal(answer.state, 'declined');
      assert.equal(answer.sessionOnly, true);
      assert.match(answer.text, /school counsellor/);
    }
    assert.equal(mentor.questions.length, asked);
  });

  it('is met with what can be explored when they say no more than their age', async () => {
    const asked = mentor.questions.length;
    const child = await ask('i am 14');
    assert.match(child.text, /What are you curious about\?/);
    assert.equal(child.sessionOnly, true);
    const teenager = await ask('im 17 years old');
    assert.match(teenager.text, /as a student/);
    assert.equal(teenager.sessionOnly, undefined);
    assert.equal(mentor.questions.length, asked);
  });

  it('stays a child when the message that said so is older than the history', async () => {
    const history = [said('what is SQL?')];
    const inTalk = (text: string, turns: readonly PastTurn[]) =>
      ask(text, { history: turns, conversationId: 'long talk' });
    await inTalk('I am 14, what is RAG?', history);
    assert.equal((await inTalk('And Python?', history)).sessionOnly, true);
    assert.equal((await inTalk('And Python?', [])).sessionOnly, undefined);
  });

  it('may have said so of themselves in their profile', async () => {
    const profile = {
      userId: 'u',
      background: 'i am 12 years old',
      careerGoals: [],
      specificInterests: [],
      updatedAt: '',
    };
    const answer = await ask('how do I negotiate a salary?', { profile });
    assert.equal(answer.sessionOnly, true);
    const grown = await ask('I am 30, how do I negotiate a salary?', { profile });
    assert.equal(grown.sessionOnly, undefined);
  });

  it('is never told that they said they are a student', async () => {
    const profile = { userId: 'u', careerGoals: [], specificInterests: [], updatedAt: '' };
    for (const text of ['I am 14, what is RAG?', 'I am 17, what is RAG?'])
      assert.equal((await ask(text, { profile })).becauseYouSaid, undefined, text);
  });

  it('is helped first of all when they are in danger', async () => {
    const answer = await ask('I am 14 and I want to die because of the pay');
    assert.match(answer.text, /988/);
  });

  it('is a student from the minimum age on, with their profile and as usual', async () => {
    const answer = await ask('I am 17 and want an internship', {
      profile: {
        userId: 'u',
        background: 'High school',
        careerGoals: [],
        specificInterests: [],
        updatedAt: '',
      },
    });
    assert.equal(answer.sessionOnly, undefined);
    assert.equal(mentor.questions.at(-1)?.profile?.background, 'High school');
    assert.equal(mentor.questions.at(-1)?.profile?.experienceLevel, 'student');
  });
});
