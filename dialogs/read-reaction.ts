import { bareWords } from '#bot/normalise-text.ts';
import { type Move, readMove } from '#mentor/read-move.ts';
import rules from './reactions.json' with { type: 'json' };

/** What somebody does about being asked, instead of answering. */
export type Reaction =
  | 'rude'
  | 'later'
  /** They say that they have no time. */
  | 'busy'
  /** They want to end here, with what they said so far. */
  | 'enough'
  /** How many questions there are, or that there are too many. */
  | 'length'
  | 'privacy'
  /** They want to change an answer that they gave. */
  | 'back'
  | 'why'
  | 'declines'
  | 'unclear'
  /** What the mentor is and who made it. */
  | 'about-mentor'
  /** What they think of the last answer. */
  | 'about-answer'
  | 'thanks';

/** In the order of what counts most where a message does several of these things ("what? why do you want to know?"). */
const phrases = rules.map(({ reaction, phrases: patterns }) => ({
  reaction: reaction as Reaction,
  pattern: new RegExp(`^(?:${patterns.join('|')})$`),
}));

/** What the moves of any conversation are where a question is open. */
const reactionByMove: Partial<Readonly<Record<Move, Reaction>>> = {
  unclear: 'unclear',
  simpler: 'unclear',
  'is-it-human': 'about-mentor',
  maker: 'about-mentor',
  person: 'about-mentor',
  complaint: 'about-mentor',
  insult: 'rude',
  objection: 'about-answer',
  'no-help': 'about-answer',
  doubt: 'about-answer',
  shorter: 'about-answer',
  thanks: 'thanks',
};

/** Said before it or after it, and changes nothing. */
const opening =
  /^(?:(?:sorry|honestly|well|actually|frankly|ugh+|h+m+|u+m+|oh|ok|okay|please|but|and|so|no|nah|nope|look|listen|wait|hey|lol|i think|i guess|i said|maybe|to be honest|tbh) )+/;
const closing =
  /(?: (?:please|pls|plz|thanks|thank you|sorry|mate|bro|dude|man|now|really|actually|honestly|though|at all|tbh|then|ok|okay|lol|anyway|instead))+$/;

/** What gives a reason for these, in whatever words, is no answer. */
const mayGiveReason = new Set<Reaction>(['declines', 'later', 'length', 'rude']);

/** Longest message that is looked at: what is longer says more. */
const longestReaction = 160;

/**
 * What a message does about being asked, where all of it does that: each of its clauses is such a phrase or mere talk.
 * `undefined` for anything else, so that no answer and no question of its own is ever taken for one.
 */
export function readReaction(text: string): Reaction | undefined {
  if (text.length > longestReaction) return undefined;
  if (/^[\s!?？؟]*[?？؟][\s!?？؟]*$/u.test(text)) return 'unclear';
  const whole = reactionOf(text);
  if (whole !== undefined) return whole;
  const clauses = text.split(/[.,;:!?…–—\n]+/).filter((clause) => !isFiller(clause));
  const read = clauses.map(reactionOf);
  const [first] = read;
  const isWhole = clauses.every(
    (clause, index) => read[index] !== undefined || readMove(clause) !== undefined,
  );
  if (isWhole) return ranked.find((reaction) => read.includes(reaction));
  const givesReason =
    first !== undefined && mayGiveReason.has(first) && !/\?|[,;.] *but\b/i.test(text);
  return givesReason ? first : undefined;
}

const ranked: readonly Reaction[] = [
  ...phrases.map(({ reaction }) => reaction),
  'about-mentor',
  'about-answer',
  'thanks',
];

function reactionOf(text: string): Reaction | undefined {
  const words = bareWords(text);
  const core = words.replace(opening, '').replace(closing, '');
  const found = phrases.find(({ pattern }) => pattern.test(words) || pattern.test(core));
  if (found !== undefined) return found.reaction;
  const move = readMove(text) ?? readMove(core);
  return move && reactionByMove[move];
}

function isFiller(clause: string): boolean {
  return `${bareWords(clause)} `.replace(opening, '').trim() === '';
}
