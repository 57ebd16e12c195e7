import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Reaction, readReaction } from '#dialogs/read-reaction.ts';

const cases: Readonly<Record<Reaction, readonly string[]>> = {
  why: [
    'why?',
    'Why do you want to know?',
    'Why do you need to know that?',
    'why should I tell you',
    'what for?',
    'what do you need that for',
    'is this necessary?',
    'do I have to answer?',
    'how is that relevant?',
    "what's the point of these questions",
    'what? why do you want to know',
    'why so many questions',
    'who are you to ask me that',
  ],
  declines: [
    "I'd rather not say",
    "that's none of your business",
    'None of ur buisness mate',
    "I don't want to talk about that",
    "i won't tell you",
    'prefer not to answer',
    'that is private',
    'too personal, sorry',
    'can I skip this one?',
    'next question please',
    'what a stupid question',
    "i don't want to answer your stupid questions",
    "that's sexist",
    "it doesn't matter",
    'I already told you',
    "sorry, I'd rather not say, it is complicated",
  ],
  later: [
    'can we do this later?',
    "let's do this another time",
    'not now',
    'maybe later',
    'not now, I am eating',
    'gotta go',
    'get me out of here',
    'how do I get out of this?',
    'thanks, bye',
    'shut up',
  ],
  busy: ["I don't have time for this", "I'm busy right now"],
  enough: ['skip the rest', "that's enough", 'no more questions', 'ok enough', "that's all"],
  length: [
    'how many questions are there?',
    'how many more',
    'how long does this take?',
    'too many questions',
    'you ask too much',
    'this is boring',
    'are we done yet?',
  ],
  privacy: [
    'who can see this?',
    'what do you do with my data?',
    'do you sell my data',
    'is this private?',
    "I don't trust you",
  ],
  back: ['go back', 'can I change my last answer?', 'I made a mistake'],
  unclear: [
    'what?',
    'huh',
    'what do you mean?',
    "I don't understand the question",
    'for example?',
    'what should I say here',
  ],
  rude: ['fuck you', 'you are so stupid', 'stupid bot'],
  'about-mentor': ['are you a bot?', 'you a robot', 'who made you?'],
  'about-answer': ["that's wrong", 'not helpful at all', 'shorter please'],
  thanks: ['thanks!', 'thank you so much'],
};

const answers = [
  'why python',
  'Why do you need Docker to deploy a model?',
  'why is Python important',
  'I want to know why I get no replies',
  'tomorrow, I have an interview',
  'exploring',
  'private tutor',
  'private bank, risk team',
  'security and privacy engineering',
  'I work in a business that trains others',
  'I left my job and have no degree',
  'not sure, maybe data science',
  "I don't want to be a developer any more",
  'busy mother of two, evenings free',
  'nothing yet',
  'skip level manager',
  'I stopped studying',
  'a bot that answers support questions',
  'who sees my resume first?',
  'what should I learn first?',
  'backend developer',
  "I'd rather not say, but I am a teacher",
  "none of your business models interest me? I don't get it",
  'can we talk about salaries?',
  'later I want to lead a team',
  'another question, how do I start',
  '5',
  '',
];

describe('a reaction to being asked', () => {
  for (const [reaction, messages] of Object.entries(cases))
    for (const text of messages)
      it(`"${text}" is ${reaction}`, () => assert.equal(readReaction(text), reaction));

  for (const text of answers)
    it(`"${text}" is none`, () => assert.equal(readReaction(text), undefined));

  it('is told fast from a message that is long or strange', () => {
    for (const text of ['why '.repeat(40), 'a very so '.repeat(15), `${'not '.repeat(38)}x`])
      assert.equal(readReaction(text), undefined);
  });
});
