import { distance } from 'fastest-levenshtein';
import { isEnglishWord } from '#language/english-words.ts';

/** The words that a typing error can be one of. */
export interface KnownWords {
  /** Words of this many letters. */
  ofLength(length: number): readonly string[];
  /** In how many passages the word stands. */
  frequencyOf(word: string): number;
}

/** A typing error is looked for only in words long enough that a correction is not a guess; */
const shortestCorrected = 4;
/** in shorter ones only a letter that is missing inside a word that many passages use: "mok" is "mock". */
const shortestCompleted = 3;
const leastPassagesOfCompleted = 5;
/** In a word of the dictionary a swapped letter is an error from here on: "policy" and "police" are both meant. */
const shortestSubstituted = 7;
/** Of so few letters another first one makes another word. */
const shortestWithOtherStart = 5;
const shortestWithTwoEdits = 8;
/** What is in no dictionary was hardly meant so. */
const shortestUnwordWithTwoEdits = 7;
const mostCorrections = 3;

/**
 * The known words that an unknown one was probably meant to be, the likeliest first; none where that would be a guess. What is
 * a word by itself is taken for another one only where people seldom err: not at its first letter, unless that has changed
 * places with the second.
 */
export function correctSpelling(word: string, known: KnownWords): string[] {
  if (/\d/.test(word)) return [];
  if (word.length < shortestCorrected) return completeShortWord(word, known);
  const isWord = isEnglishWord(word);
  const allowed =
    word.length >= (isWord ? shortestWithTwoEdits : shortestUnwordWithTwoEdits) ? 2 : 1;
  const lengths = Array.from(
    { length: 2 * allowed + 1 },
    (_, step) => word.length - allowed + step,
  );
  const close = lengths
    .flatMap((length) => known.ofLength(length))
    .map((candidate) => ({ word: candidate, edits: editsBetween(word, candidate) }))
    .filter(({ edits }) => edits <= allowed)
    .filter((candidate) => isLikely(word, candidate, isWord));
  const fewest = Math.min(...close.map((candidate) => candidate.edits));
  return close
    .filter((candidate) => candidate.edits === fewest)
    .toSorted((left, right) => known.frequencyOf(right.word) - known.frequencyOf(left.word))
    .slice(0, mostCorrections)
    .map((candidate) => candidate.word);
}

function isLikely(
  word: string,
  { word: candidate, edits }: { readonly word: string; readonly edits: number },
  isWord: boolean,
): boolean {
  const isSubstituted = word.length < shortestSubstituted && isSubstitution(word, candidate);
  if (isWord) return beginsAlike(word, candidate) && !isSubstituted;
  return beginsAlike(word, candidate) || (edits === 1 && word.length >= shortestWithOtherStart);
}

function completeShortWord(word: string, known: KnownWords): string[] {
  if (word.length < shortestCompleted) return [];
  return known
    .ofLength(word.length + 1)
    .filter((candidate) => candidate[0] === word[0] && candidate.at(-1) === word.at(-1))
    .filter((candidate) => known.frequencyOf(candidate) >= leastPassagesOfCompleted)
    .filter((candidate) => distance(word, candidate) === 1)
    .toSorted((left, right) => known.frequencyOf(right) - known.frequencyOf(left))
    .slice(0, mostCorrections);
}

function beginsAlike(left: string, right: string): boolean {
  return left[0] === right[0] || (left[0] === right[1] && left[1] === right[0]);
}

/** Levenshtein distance in which two neighbouring letters that changed places count as one edit. */
function editsBetween(left: string, right: string): number {
  const edits = distance(left, right);
  return edits === 2 && isTransposition(left, right) ? 1 : edits;
}

function isSubstitution(left: string, right: string): boolean {
  return left.length === right.length && !isTransposition(left, right);
}

function isTransposition(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  const at = [...left].findIndex((letter, position) => letter !== right[position]);
  return (
    left[at] === right[at + 1] &&
    left[at + 1] === right[at] &&
    left.slice(at + 2) === right.slice(at + 2)
  );
}
