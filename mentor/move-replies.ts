import type { Variants } from './fixed-replies.ts';
import type { Move } from './read-move.ts';

/** Replies to moves that need nothing of the conversation; several each, so that nobody gets the same sentence again and again. */
export const talkReplies = {
  act: [
    'That part is yours, I cannot do it for you; but a plan with a time gets done. Which day and hour this week do you give it? Say it as “When it is ..., I will ...”, and make it twenty minutes.',
    'You do it, and I help in between. Begin with the smallest piece: what could you finish in twenty minutes, and when?',
    'Then the first step is to put a day and an hour to it. What might get in the way, and what will you do if it does?',
  ],
  'is-it-human': [
    'I am an AI, not a person. I look your question up in articles and name the sources; for decisions that weigh a lot, talk to a person too.',
    'No person here: I am a program that searches articles and shows which ones it quotes.',
    'Still an AI. Somebody who does the work you are thinking of can tell you things that no article holds.',
  ],
  insult: [
    'I would rather keep this friendly. What did you need that I did not give you?',
    'That sounds like something went wrong. Tell me in a sentence what you wanted to know, and I try again.',
    'I stay with the matter: what is the question behind it?',
  ],
  person: [
    'There is no person in this chat whom I could call. Good people to ask are somebody who does the work you want, a careers service at your school or your public employment service, and for law, visas or health a professional. Shall we put together what you would ask them? Tell me what it is about.',
    'I cannot connect you with anybody, but I can help you prepare. Who might it be: a colleague, a careers service, a union, a lawyer? Tell me the matter in a sentence.',
  ],
  complaint: [
    'A thumbs down on an answer, with a few words on what was wrong, notes it for whoever runs this chat. What went wrong? I may be able to mend it here.',
    'Give the answer a thumbs down and say why; that is kept for whoever runs me. And tell me what you expected instead.',
  ],
  maker: [
    'I am Career Mentor, a program; whoever offers you this chat runs me. What I say comes from articles about careers in AI and software, and each answer names the ones it rests on.',
    'I am software, run by whoever offers you this chat. I look up articles and quote them with their number, so that you can check every statement.',
    'My name is Career Mentor. I search a collection of articles for what you ask, put the fitting sentences together and say where each comes from.',
  ],
  capabilities: [
    'I answer questions about careers in AI and software, with sources: which roles there are and how to get into one, what to learn first, projects, resumes, interviews, pay, and what to do when it goes badly. What is on your mind?',
    'Tell me where you stand and where you want to go, and I look up what helps on the way: roles, skills, a first project, applications, interviews, pay. Where do you stand?',
    'Ask me anything about working in AI, data or software, in your own words. A good start is one sentence: what you do now, and what you would rather do.',
  ],
  goodbye: [
    'Take care. Our conversation is still here when you come back.',
    'Goodbye, and good luck with the next step.',
    'See you. Come back when something comes up.',
  ],
  thanks: [
    'You are welcome. I am here when you want the next step.',
    'Gladly. Tell me how it went.',
    'My pleasure. Ask again whenever something comes up.',
  ],
  'not-now': [
    'That is fine. Ask me anything.',
    'No problem. We can do something else, or nothing.',
    'All right, we leave that. I am here.',
  ],
  amused: [
    'A little laughter helps. Shall we go on where we were?',
    'Glad I could amuse you. What would you like to know next?',
    'That makes one of us; I do not laugh, but I am happy to go on.',
  ],
  hesitant: [
    'Take your time. If two things pull at you, name both in one sentence, and I look up what speaks for each.',
    'It need not be clear yet. What would you want to know before you decide?',
    'No hurry. A small question is fine too, such as what a normal day in a job looks like.',
  ],
  agreed: [
    'Good. Ask me when something comes up.',
    'All right. What comes next for you?',
    'Fine. I am here when you want to go on.',
  ],
  apology: [
    'No need to be sorry. Where shall we go on?',
    'That is all right. What would you like to know?',
  ],
  greeting: [
    'Hello. What would you like to know about working in AI or software?',
    'Hello again. What can I look up for you?',
    'Good to see you. Where shall we go on?',
  ],
} as const satisfies Partial<Record<Move, Variants>>;

/** Moves whose reply needs nothing of the conversation. */
export type Talk = keyof typeof talkReplies;

export function isTalk(move: Move): move is Talk {
  return move in talkReplies;
}

/** What the reply to a move is made of: the sources of the last answer, by title. */
export const moveReplies = {
  objection: (sources: string): Variants => [
    `You may well be right. What I said comes from ${sources}, and an article can be out of date or not fit your case. What do you know that differs? A thumbs down on that answer notes it for whoever runs this.`,
    `I take that seriously. I only passed on ${sources}. Which statement is wrong, and what is true where you are? With a thumbs down it is noted.`,
    `Then let us hold it open: the source was ${sources}, and it knows nothing of your case. Tell me what you have seen, and I look for what fits that.`,
  ],
  objectionWithoutSource: [
    'You may well be right. Which part do you mean, and what do you know that differs?',
    'I take that seriously. Tell me which statement is wrong and what is true, and I look again.',
    'Then correct me in one sentence, and I look for what fits that.',
  ] as Variants,
  noHelp: [
    'I am sorry that missed. Was it too general, not your situation, or another question altogether? Tell me in one sentence what you need to decide or do. A thumbs down on that answer notes it for whoever runs this.',
    'Then I looked in the wrong place. What would a good answer let you do? Name the role, your level or your country if they matter.',
    'I am sorry. Put it to me the way you would ask a colleague, with what you have tried already, and I search again.',
  ] as Variants,
  doubt: (sources: string, sentence: string): Variants => [
    `As sure as my source: ${sources} says “${sentence}” I know nothing beyond it. What makes you doubt it?`,
    `It is what ${sources} says, no more and no less; I have not checked it myself. Check anything that weighs a lot with a second source.`,
    `I can only vouch for the quotation, from ${sources}. If you have seen something else, tell me, and I look for that.`,
  ],
  shorter: (text: string) => `In short: ${text}`,
  alreadyShort: (text: string): Variants => [
    `That is as short as I can make it: ${text}`,
    `Shorter than this it would no longer be true: ${text}`,
  ],
  simpler: (text: string): Variants => [
    `I can only quote my articles, so here is the heart of it in their words: ${text}\n\nWhich word is new to you? I look it up.`,
    `The one sentence to keep: ${text}\n\nTell me the first word that does not make sense, and we begin there.`,
    `Leave the details aside for now: ${text}\n\nWhat would you like explained first?`,
  ],
  unclear: (text: string): Variants => [
    `I meant this: ${text}\n\nWhich part is not clear?`,
    `Put differently, this is the point: ${text}\n\nName the word or the sentence that is not clear, and I look it up.`,
  ],
  reasons: (text: string) => `The reasons my articles give: ${text}`,
  noReasons: [
    'My articles say what works and not always why; they give no reason here beyond what you have read. Which statement would you like to question?',
    'They give no further reason, and I will not make one up. Which part surprises you?',
  ] as Variants,
  repeat: (text: string) => `Once more:\n\n${text}`,
  nothingSaidYet: [
    'I have not answered anything yet. What would you like to know?',
    'There is nothing to go back to yet. Ask me a question first, in your own words.',
  ] as Variants,
  /** To a follow-up whose passages were all shown before. */
  allSaid: (sources: string): Variants => [
    `That is all I have on it: ${sources} says no more.`,
    `Beyond what I told you from ${sources}, my articles hold nothing on that.`,
    `I have no more on that than ${sources}, which you have seen.`,
  ],
  whatElse: 'What comes near it is below.',
} as const;
