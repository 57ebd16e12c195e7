import type { Variants } from './fixed-replies.ts';

/** The sentences of the feedback on an answer of a practice interview: kind, plain, without marks and promises. */
export const interviewReplies = {
  hasAll: [
    'That has everything that I was listening for.',
    'All that my articles look for is in there.',
    'That is whole: nothing is missing that my articles name.',
  ] as Variants,
  hasSome: [
    'There is a good base in that.',
    'You are on the way with that one.',
    'That is something to build on.',
  ] as Variants,
  hasNone: [
    'I did not find these points in your words; you may know them and have said something else first.',
    'Your answer went another way than these points. They are worth having ready.',
    'These points did not come through yet; that is what practice is for.',
  ] as Variants,
  noIdea: [
    'That is fine, and better found out here. This is what a good answer covers.',
    'Nobody has an answer ready to everything. This is what it could hold.',
    'Then take this one with you: what a good answer covers.',
  ] as Variants,
  notCompared: [
    'I can only compare English with my articles, so I say nothing about yours. This is what a good answer covers.',
    'Without English I cannot compare it with my articles. This is what it could hold.',
    'I could not read that one closely. This is what a good answer covers.',
  ] as Variants,
  pointsFound: 'Points in your answer',
  pointsToAdd: 'Points that a good answer adds',
  pointsOfGood: 'Points of a good answer',
  tryOpening: (opening: string) =>
    `**Try this:** say it once more aloud, with a sentence such as “${opening}”`,
  tryAloud: '**Try this:** say it once more aloud, in two minutes and without looking.',
  length: {
    short: '',
    long: 'It is long to listen to: keep what makes these points, and leave the rest for when they ask.',
    cut: 'It was too long for me, so I read its first thousand words; an interviewer would have asked to stop there too.',
  },
  readByWords:
    'I compared your words with these articles; no language model read them, so I may miss what you said in other words.',
  readByModel: 'A language model compared your answer with these articles; it can be wrong.',

  closing: 'That was the round. Well done for going through it.',
  closingSkipped: 'That was the round. You left all of it open, and that is fine too.',
  wentWell: 'What went well',
  toPractise: 'What to practice',
  nothingLeft: 'There is nothing on my list for you; new questions are the next thing to practice.',
  leftOpen: 'The questions that you left open are worth a try next time.',
  readNext: (title: string, number: number) => `For the next step read “${title}” [${number}].`,
  again: 'Practice interview',
} as const;
