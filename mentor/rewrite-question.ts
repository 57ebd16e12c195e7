import { isStopWord, wordsOf } from '#language/words.ts';
import type { ExperienceLevel } from '#services/profiles/port.ts';
import type { PastTurn } from './answer.ts';

export interface StandaloneQuestion {
  /** The question as one that can be understood without the conversation; the raw text where it can already. */
  readonly text: string;
  readonly isFollowUp: boolean;
  /** A level that the question itself names. */
  readonly level?: ExperienceLevel;
}

const levelWords: readonly (readonly [RegExp, ExperienceLevel])[] = [
  [/\b(career[- ]?changers?|switchers?|changing careers?)\b/i, 'career_changer'],
  [/\b(seniors?|staff|principal|tech leads?)\b/i, 'senior'],
  [/\b(mid[- ]?levels?|mids?|intermediate)\b/i, 'mid'],
  [/\bjuniors?\b/i, 'junior'],
  [/\b(entry[- ]?levels?|freshers?|new ?grads?|graduates?)\b/i, 'entry'],
  [/\b(students?|undergrads?)\b/i, 'student'],
];

/** "the second one", "number 2", "2" and the like: which of the questions offered last was meant. */
const ordinals: readonly (readonly [RegExp, number])[] = [
  [
    /^(the |number |option |no\.? ?|#)?(first|1st|one|1)( one| option| question)?( please| pls)?[.!?]?$/i,
    0,
  ],
  [
    /^(the |number |option |no\.? ?|#)?(second|2nd|two|2)( one| option| question)?( please| pls)?[.!?]?$/i,
    1,
  ],
  [
    /^(the |number |option |no\.? ?|#)?(third|3rd|three|3|last)( one| option| question)?( please| pls)?[.!?]?$/i,
    2,
  ],
];
const ordinalInside = /\bthe (first|second|third|last) (one|option|question|article|source)\b/i;

const opensLikeFollowUp =
  /^(and|or|but|so|also|then|ok|okay|what about|how about|what if|why( not)?\??$|how so|for example|such as|more|tell me more|go on|continue|elaborate|explain|in (that|which|this) case)\b/i;
const asksForMore =
  /^(tell me more|more( please)?|go on|continue|elaborate|explain( more| that)?|why|how so|details?|and then)[.!?]*$/i;
const leansOnEarlier =
  /\b(it|its|that|this|these|those|they|them|there|one|ones|same|such|he|she|both)\b/i;

/**
 * Makes a follow-up stand alone by joining it with what it leans on. This is the rule-based path, which needs no model;
 * nothing is translated and nothing is invented: the text holds only the person's own words and the titles they were shown.
 */
export function rewriteQuestion(text: string, history: readonly PastTurn[]): StandaloneQuestion {
  const level = levelWords.find(([pattern]) => pattern.test(text))?.[1];
  const withLevel = level === undefined ? {} : { level };
  const previous = topicOf(history);
  const offered = offeredQuestion(text, history);
  if (offered !== undefined)
    /** The offered question is a heading of an article: what the talk was about says of which one. */
    return { text: [offered, previous ?? ''].join(' ').trim(), isFollowUp: true, ...withLevel };
  if (previous === undefined || !isFollowUp(text)) return { text, isFollowUp: false, ...withLevel };
  const joined = asksForMore.test(text.trim()) ? previous : `${previous} ${text}`;
  return { text: joined, isFollowUp: true, ...withLevel };
}

function offeredQuestion(text: string, history: readonly PastTurn[]): string | undefined {
  const answer = history.findLast((turn) => turn.role === 'assistant');
  const offered = answer?.followUps ?? [];
  if (offered.length === 0) return undefined;
  const trimmed = text.trim();
  const same = offered.find((question) => question.toLowerCase() === trimmed.toLowerCase());
  if (same !== undefined) return same;
  const exact = ordinals.find(([pattern]) => pattern.test(trimmed));
  if (exact !== undefined) return /last/i.test(trimmed) ? offered.at(-1) : offered[exact[1]];
  const inside = ordinalInside.exec(trimmed)?.[1]?.toLowerCase();
  if (inside === undefined) return undefined;
  const position = { first: 0, second: 1, third: 2 }[inside] ?? offered.length - 1;
  return offered[position];
}

/** A question is a follow-up when it opens like one, or is short and leans on a pronoun or has hardly a topic of its own. */
function isFollowUp(text: string): boolean {
  const trimmed = text.trim();
  const topical = wordsOf(trimmed).filter((word) => !isStopWord(word));
  if (opensLikeFollowUp.test(trimmed) && topical.length <= 5) return true;
  if (topical.length === 0) return true;
  return topical.length <= 4 && leansOnEarlier.test(trimmed);
}

/** What the conversation is about: the last question that had a topic of its own. */
function topicOf(history: readonly PastTurn[]): string | undefined {
  const asked = history.filter((turn) => turn.role === 'user').map((turn) => turn.content);
  const own = asked.findLast((question) => !isFollowUp(question));
  return own ?? asked.at(-1);
}
