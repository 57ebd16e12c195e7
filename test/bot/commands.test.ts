import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commands, findCommand } from '#bot/commands.ts';

describe('findCommand', () => {
  const meant: readonly (readonly [string, string])[] = [
    ['help', 'help'],
    ['HELP!!', 'help'],
    ['hlep', 'help'],
    ['cancle', 'cancel'],
    ['cancl', 'cancel'],
    ['stop', 'cancel'],
    ['nevermind', 'cancel'],
    ['strat over', 'start over'],
    ['restart', 'start over'],
    ['dlete my dta', 'delete my data'],
    ['pls delete my data now', 'delete my data'],
    ['delete everything now', 'delete my data'],
    ['forget me', 'delete my data'],
    ['Forgt me.', 'delete my data'],
    ['Lösche meine Daten', 'delete my data'],
    ['borra mis datos', 'delete my data'],
    ['what do u know about me?', 'profile'],
    ['my profile', 'profile'],
    ['edit profle', 'edit profile'],
    ['expotr my data', 'export my data'],
    ['soruces', 'sources'],
    ['my history', 'history'],
    ['interview', 'interview'],
    ['I want to practice for an interview', 'interview'],
    ['can you give me a mock interveiw?', 'interview'],
    ["Let's do a mock interview", 'interview'],
    ['Roadmap', 'roadmap'],
    ['raodmap', 'roadmap'],
    ['please make me a plan', 'roadmap'],
    ['What should I learn next?', 'roadmap'],
    ['can you give me a learning plan', 'roadmap'],
    ['roadmap for another role', 'roadmap'],
  ];
  for (const [text, name] of meant)
    it(`takes "${text}" for ${name}`, () => assert.equal(findCommand(text), name));

  const others = [
    '',
    '???',
    'hello',
    'hell',
    'step',
    'expert',
    'cancer',
    'about ml',
    'about ai',
    'how do i delete my data from github',
    'delete everything in git',
    'how can i help my team',
    'what sources do you use for salaries',
    'my history with java',
    'roadmap for a data engineer',
    'what should i learn next after python',
    'what should i learn for a data engineer job',
    'how do i plan my week',
    'is a study plan any use',
    'what is the plan for the interview',
    'play',
    'stop using langchain?',
    'interviews',
    'interviewer',
    'interview questions',
    'interview soon',
    'how do I prepare for an interview',
    'what is a mock interview',
    'practice for a google interview',
    'i have an interview tomorrow',
    'x'.repeat(100_000),
  ];
  for (const text of others)
    it(`takes "${text.slice(0, 40)}" for no command`, () =>
      assert.equal(findCommand(text), undefined));

  it('finds each command by its own name, and no two share a phrase', () => {
    const phrases = commands.flatMap(({ name, patterns }) => [name, ...patterns]);
    assert.equal(new Set(phrases).size, phrases.length);
    for (const { name, description } of commands) {
      assert.equal(findCommand(name), name);
      // Limits of the Teams manifest.
      assert.ok(name.length <= 32 && description.length <= 128, name);
    }
  });
});
