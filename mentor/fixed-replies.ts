import type { ExperienceLevel } from '#services/profiles/port.ts';
import type { UnreadPart } from './answer.ts';

/** The pipeline's own sentences: everything that neither an article nor a model says. */
export const fixedReplies = {
  noEvidence: (asked: string) =>
    `I looked for “${asked}” and have no article that answers it, so I will not guess.`,
  noEvidenceNearest: (titles: readonly string[]) =>
    `The nearest I have: ${titles.map((title) => `“${title}”`).join(' and ')}. Would ${titles.length === 1 ? 'that' : 'one of these'} help?`,
  partsMissing: (questions: readonly string[]) =>
    `On ${questions.map((question) => `“${question}”`).join(' and ')} I have no article, so I leave that open.`,
  otherCareer: (profession: string) =>
    `I only know careers in software, data and AI, so I am no good guide to “${profession}”; a careers service or somebody who does that work will be. If you come from there, or weigh it against tech, I can help with what carries over.`,
  noEvidenceNothing:
    'I know about careers in software, data and AI: roles, ways in, skills, interviews, resumes and pay. What would you like to know there?',
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
  underAge:
    'As you are still young, look at this with a parent, a teacher or your school counsellor too. I keep nothing of this once we are done.',
  forAdults:
    'Pay, applications and writing to employers are best looked at with an adult you trust: a parent, a teacher or your school counsellor. What I can do with you now is explore: what people in these jobs do, what to learn first, and small things to build. What are you curious about?',
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
