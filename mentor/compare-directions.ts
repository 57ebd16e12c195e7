import { isStopWord, stemOf, wordsOf } from '#language/words.ts';
import directionWords from './direction-words.json' with { type: 'json' };

/** Whether a claim and its passage say that things go the same way. */
export interface DirectionMatch {
  /** −1 to 1: whether the sentences that are most like the claim, taken whole, affirm it (1) or turn it round (−1); 0 where none is like it. */
  readonly stance: number;
  /** Share of the claim's topic words, weighted, that go the same way in the passage ("salaries rose", "a rise in salaries") ... */
  readonly agreement: number;
  /** ... and the opposite way ("salaries fell"). */
  readonly disagreement: number;
}

interface ReadText {
  readonly words: readonly string[];
  readonly stems: readonly string[];
}

const more = new Set(directionWords.more.map(stemOf));
const less = new Set(directionWords.less.map(stemOf));
const negations: ReadonlySet<string> = new Set(directionWords.negations);

/** The sentences of the passage that are held against a claim: those that share most of its topic words ... */
const comparedSentences = 3;
/** ... and at least this share of them. */
const leastShared = 0.25;
/** How near a word of direction stands to what it is said of, in words. */
const reach = 6;

/**
 * Compares what a claim and the sentences of its passage say of direction: increase and decrease, more and less, is and
 * is not. It reads single words, not grammar: it catches a comparison that was turned round, not every contradiction.
 */
export function compareDirections(claim: string, sentences: readonly string[]): DirectionMatch {
  const read = readText(claim);
  const topics = [...new Set(read.words.filter(isTopic).map(stemOf))];
  if (topics.length === 0) return { stance: 0, agreement: 0, disagreement: 0 };
  const closest = sentences
    .map((sentence) => {
      const text = readText(sentence);
      const stems = new Set(text.stems);
      return { text, shared: topics.filter((topic) => stems.has(topic)).length / topics.length };
    })
    .filter(({ shared }) => shared >= leastShared)
    .toSorted((left, right) => right.shared - left.shared)
    .slice(0, comparedSentences);

  const claimSign = signOf(read.words);
  let stance = 0;
  let weight = 0;
  let agreement = 0;
  let disagreement = 0;
  for (const { text, shared } of closest) {
    stance += shared ** 2 * claimSign * signOf(aroundTopics(text, topics));
    weight += shared ** 2;
    for (const topic of topics) {
      const sameWay = Math.sign(trendOf(topic, read) * trendOf(topic, text));
      if (sameWay > 0) agreement += shared / topics.length;
      if (sameWay < 0) disagreement += shared / topics.length;
    }
  }
  return { stance: weight === 0 ? 0 : stance / weight, agreement, disagreement };
}

function readText(text: string): ReadText {
  const words = wordsOf(text);
  return { words, stems: words.map(stemOf) };
}

function isTopic(word: string): boolean {
  return !isStopWord(word) && !negations.has(word) && directionOf(word) === 0;
}

/** 1 for more, −1 for less, 0 for a word that says nothing of direction; "unhelpful" turns "helpful" round. */
function directionOf(word: string): number {
  const stem = stemOf(word);
  if (more.has(stem)) return 1;
  if (less.has(stem)) return -1;
  const [, rest] = /^(?:un|in|im|dis|non|de)([a-z]{5,})$/.exec(word) ?? [];
  return rest !== undefined && more.has(stemOf(rest)) ? -1 : 0;
}

/** "does not reduce" is two turns, and so the same way as "increases". */
function signOf(words: readonly string[]): number {
  let sign = 1;
  for (const word of words) sign *= directionOf(word) || (negations.has(word) ? -1 : 1);
  return sign;
}

/** The part of a sentence that speaks of the topics, with a few words before and after. */
function aroundTopics({ words, stems }: ReadText, topics: readonly string[]): readonly string[] {
  const first = stems.findIndex((stem) => topics.includes(stem));
  const last = stems.findLastIndex((stem) => topics.includes(stem));
  return words.slice(Math.max(0, first - 4), last + 5);
}

/** Which way a topic goes in a text: the words of direction near it, the nearest counting most. */
function trendOf(topic: string, { words, stems }: ReadText): number {
  let trend = 0;
  stems.forEach((stem, at) => {
    if (stem !== topic) return;
    for (let near = Math.max(0, at - reach); near <= at + reach && near < words.length; near += 1) {
      const direction = directionOf(words[near] ?? '');
      const turns = words.slice(Math.max(0, near - 4), near).filter((word) => negations.has(word));
      trend += (direction * (-1) ** turns.length) / (Math.abs(near - at) + 0.5);
    }
  });
  return trend;
}
