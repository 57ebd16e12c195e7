import type { ExperienceLevel } from '#services/profiles/port.ts';
import type { UnreadPart } from './answer.ts';

/** Ways to say the same: see `freshVariant`. */
export type Variants = readonly [string, ...string[]];

/** The pipeline's own sentences: everything that neither an article nor a model says. */
export const fixedReplies = {
  noEvidence: (asked: string): Variants => [
    `I looked for “${asked}” and have no article that answers it, so I will not guess.`,
    `Nothing in my articles answers “${asked}”, and a guess would not help you.`,
    `I have no source for “${asked}”, so I leave it open.`,
  ],
  /** Of a follow-up whose topic the articles know. */
  noEvidenceInTopic: (asked: string, topic: string): Variants => [
    `On “${topic}” I have articles, but nothing in them about “${asked}”, so I will not guess; what they say is general.`,
    `My articles leave “${asked}” open where it comes to “${topic}”.`,
    `I have no source for “${asked}” on that topic.`,
  ],
  noEvidenceNearest: (headings: readonly string[]): Variants => [
    `The nearest I have: ${headings.map((heading) => `“${heading}”`).join(' and ')} Would ${headings.length === 1 ? 'that' : 'one of these'} help?`,
    `What comes closest is ${headings.map((heading) => `“${heading}”`).join(' and ')} Shall I look there?`,
    'Tell me what you need it for, and I may find something nearer.',
  ],
  partsMissing: (questions: readonly string[]) =>
    `On ${questions.map((question) => `“${question}”`).join(' and ')} I have no article, so I leave that open.`,
  otherCareer: (profession: string): Variants => [
    `I only know careers in software, data and AI, so I am no good guide to “${profession}”; a careers service or somebody who does that work will be. If you come from there, or weigh it against tech, I can help with what carries over.`,
    `“${profession}” is outside what my articles cover. What I can do is look at what of it would carry over to work with software or data.`,
    `For “${profession}” ask somebody who does it; I would only guess. Is there a side of it that has to do with software, data or AI?`,
  ],
  noEvidenceNothing: [
    'I know about careers in software, data and AI: roles, ways in, skills, interviews, resumes and pay. What would you like to know there?',
    'My articles are about working in software, data and AI. Is there a side of your question that has to do with that?',
    'Ask me about a role, a skill, an interview or pay in software, data or AI, and I find more.',
  ] as Variants,
  englishOnly: 'My articles are in English; the same question in English finds more of them.',
  fromPassages: 'Put together from these articles; no language model wrote it.',
  modelDown:
    'My language model is not answering just now, so this comes straight from the articles.',
  unread: (parts: readonly UnreadPart[]) =>
    parts.length > 1
      ? 'I could not look at our earlier conversation and your profile just now, so this answers your last message alone.'
      : unreadPart[parts[0] ?? 'conversation'],
  cutShort: 'I stopped at my length limit; ask me to go on for the rest.',
  withheld:
    'The model’s safety filter stopped this answer, so this comes straight from the articles.',
  modelWithoutSource:
    'My language model named no source for its answer, so this comes straight from the articles.',
  noCitation: 'This answer names no source, so please check it before you rely on it.',
  notComparable:
    'My articles are in English, so I could only check the numbers here, not every word.',
  unsupportedMark: '*(not confirmed by its source)*',
  unsupported: 'I could not confirm every statement in its source; those are marked.',
  /** Stands in the history for what somebody in danger wrote. */
  wordsNotKept: '(a message in a crisis, whose words are not kept)',
  underAge:
    'As you are still young, look at this with a parent, a teacher or your school counsellor too. I keep nothing of this once we are done.',
  forAdults: [
    'Pay, applications and writing to employers are best looked at with an adult you trust: a parent, a teacher or your school counsellor. What I can do with you now is explore: what people in these jobs do, what to learn first, and small things to build. What are you curious about?',
    'That is one to take to a parent, a teacher or your school counsellor. Shall we look at what people in these jobs do all day instead?',
    'I leave pay and applications to the adults around you. Ask me what to learn first, or what a small first project could be.',
  ] as Variants,
  /** To a child who says no more than their age. */
  metChild: [
    'Thank you for telling me. Then I ask you nothing about yourself and keep nothing of this once we are done. What we can do is explore: what people in these jobs do, what to learn first, and small things to build. Show it to a parent, a teacher or your school counsellor too. What are you curious about?',
    'Good that you said so; nothing of this is kept once we are done. What would you like to explore: a job, something to learn, or something to build?',
  ] as Variants,
  /** ... and to somebody who is nearly of age. */
  metTeenager: [
    'Thank you for telling me; I answer you as a student then. What would you like to know first: what people in a job do, what to learn, or what to build?',
    'Good to know. What shall we look at?',
  ] as Variants,
} as const;

const unreadPart: Readonly<Record<UnreadPart, string>> = {
  conversation:
    'I could not look at our earlier conversation just now, so this answers your last message alone.',
  profile: 'I could not look at your profile just now, so this is not fitted to it.',
};

/** How a level is named to the person. */
export const levelNames: Readonly<Record<ExperienceLevel, string>> = {
  student: 'a student',
  entry: 'at entry level',
  junior: 'at junior level',
  mid: 'at mid level',
  senior: 'at senior level',
  career_changer: 'changing careers',
};
