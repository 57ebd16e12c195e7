import type { DatabaseSync } from 'node:sqlite';
import { isEnglishWord } from '#language/english-words.ts';
import { rememberByText } from '#language/remember-by-text.ts';
import { functionWords, isStopWord, stemOf, wordsOf } from '#language/words.ts';
import type { SearchQuery } from '../port.ts';
import { correctSpelling, type KnownWords } from './correct-spelling.ts';
import { rankingWeights } from './ranking-weights.ts';

/** One idea of the question: a word as it was typed, and what else counts as a match of it. */
export interface QueryTerm {
  readonly word: string;
  readonly stem: string;
  /** 0 to 1: how much a match of the alternative is worth, next to the word itself. */
  readonly alternatives: readonly Alternative[];
}

export interface Alternative {
  readonly text: string;
  readonly weight: number;
}

/** Of an overlong question the first words serve: more would only slow the search. */
const mostTerms = 64;
/** Parts of a word that was written together: short ones are found in too many words by chance. */
const shortestPart = 4;
const leastPassagesOfPart = 20;
/** Corrections kept in memory: each takes a look at thousands of words, and the same errors recur. */
const mostCorrections = 5_000;

/** The words that stand in the passages: tells typing errors from words, and finds what was meant. */
export function createVocabulary(database: DatabaseSync) {
  const allWords = database.prepare('SELECT term, doc FROM passages_vocabulary');
  const withPhrase = database.prepare(
    'SELECT 1 FROM passages_text WHERE passages_text MATCH ? LIMIT 1',
  );
  const standsSomewhere = (words: readonly string[]) =>
    withPhrase.get(`"${words.join(' ')}"`) !== undefined;
  let loaded: LoadedWords | undefined;

  return {
    understand(query: SearchQuery): QueryTerm[] {
      loaded ??= loadWords(allWords.all().map(toWordCount), standsSomewhere);
      return understandQuery(query, loaded);
    },

    forget() {
      loaded = undefined;
    },
  };
}

/** Turns a question into its terms, in order, each once; function words are left out unless they mean something here. */
export function understandQuery(query: SearchQuery, known: LoadedWords): QueryTerm[] {
  const synonyms = new Map(
    (query.synonyms ?? []).map((group) => [group.term.toLowerCase(), group.alternatives]),
  );
  const terms = wordsOf(query.text)
    .filter((word) => !isStopWord(word) || synonyms.has(word))
    .slice(0, mostTerms)
    .flatMap((word) => toTerms(word, synonyms.get(word) ?? [], known));
  const distinct = [...new Map(terms.map((term) => [term.word, term])).values()];
  return distinct.map((term, position) => ({
    ...term,
    alternatives: [
      ...term.alternatives,
      ...joined(term, distinct, position, known),
      ...(known.hasForm(term.word) ? relatives(term.word, known) : []),
    ],
  }));
}

export interface LoadedWords extends KnownWords {
  /** What an unknown word was probably meant to be, the likeliest first. */
  correctionsOf(word: string): readonly string[];
  has(word: string): boolean;
  /** Whether the word or another form of it is known. */
  hasForm(word: string): boolean;
  /** Words of the same family with another stem, such as "analytics" of "analyst". */
  relativesOf(word: string): string[];
  /** Whether the words stand side by side in any passage. */
  standsSomewhere(words: readonly string[]): boolean;
}

/** Words that begin alike for this long, and for this share of the shorter one's stem, are of one family. */
const shortestRoot = 5;
const leastRootShare = 0.8;

function toWordCount(row: Record<string, unknown>): readonly [word: string, passages: number] {
  return [String(row['term']), Number(row['doc'])];
}

/** Prepares the words of the passages, each with the number of passages it stands in, for looking up. */
export function loadWords(
  counts: Iterable<readonly [word: string, passages: number]>,
  standsSomewhere: LoadedWords['standsSomewhere'],
): LoadedWords {
  const frequencies = new Map(counts);
  const byLength = Map.groupBy([...frequencies.keys(), ...functionWords], (word) => word.length);
  const wordOfStem = new Map([...frequencies.keys()].map((word) => [stemOf(word), word]));
  const stemsByRoot = Map.groupBy(wordOfStem.keys(), (stem) => stem.slice(0, shortestRoot));
  const known: KnownWords = {
    ofLength: (length) => byLength.get(length) ?? [],
    frequencyOf: (word) => frequencies.get(word) ?? 0,
  };
  return {
    ...known,
    standsSomewhere,
    correctionsOf: rememberByText((word) => correctSpelling(word, known), {
      most: mostCorrections,
    }),
    has: (word) => frequencies.has(word),
    hasForm: (word) => frequencies.has(word) || wordOfStem.has(stemOf(word)),
    relativesOf(word) {
      const stem = stemOf(word);
      if (stem.length < shortestRoot) return [];
      return (stemsByRoot.get(stem.slice(0, shortestRoot)) ?? [])
        .filter(
          (other) =>
            other !== stem &&
            other.length >= shortestRoot &&
            rootShare(stem, other) >= leastRootShare,
        )
        .map((other) => wordOfStem.get(other) ?? other);
    },
  };
}

/** Usually one term; two for words written together; none for a mistyped function word. */
function toTerms(word: string, synonyms: readonly string[], known: LoadedWords): QueryTerm[] {
  const others = synonyms.map((text) => ({ text, weight: rankingWeights.synonym }));
  if (others.length > 0 || known.hasForm(word)) return [termOf(word, others)];
  const corrections = known.correctionsOf(word);
  const parts = split(word, known, corrections.length === 0);
  if (parts.length > 0)
    return parts.filter((part) => !isStopWord(part)).map((part) => termOf(part, []));
  const [likeliest] = corrections;
  if (likeliest !== undefined && isStopWord(likeliest)) return [];
  return [
    termOf(
      word,
      corrections.map((text) => ({ text, weight: rankingWeights.correction })),
    ),
  ];
}

function rootShare(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  let length = 0;
  while (length < shorter && left[length] === right[length]) length += 1;
  return length / shorter;
}

function termOf(word: string, alternatives: readonly Alternative[]): QueryTerm {
  return { word, stem: stemOf(word), alternatives };
}

/** "machinelearning" is "machine learning", since that stands in a passage, and "ineed" is "i need"; "mainframe" is not "main frame". */
function split(word: string, known: LoadedWords, isBeyondCorrection: boolean): string[] {
  const isWord = isEnglishWord(word);
  for (let at = 1; at < word.length; at += 1) {
    const parts = [word.slice(0, at), word.slice(at)];
    if (isPhrase(parts, known)) return parts;
    if (!isWord && isRunTogether(parts, known, isBeyondCorrection)) return parts;
  }
  return [];
}

function isPhrase(parts: readonly string[], known: LoadedWords): boolean {
  return (
    parts.every((part) => part.length >= shortestPart && known.has(part)) &&
    known.standsSomewhere(parts)
  );
}

/** "ineed", "theyask", "findjobs": a word without a topic beside one that is known or as empty, or two that many passages use. */
function isRunTogether(
  parts: readonly string[],
  known: LoadedWords,
  isBeyondCorrection: boolean,
): boolean {
  const empty = parts.filter((part) => functionWords.has(part));
  const topical = parts.filter((part) => !functionWords.has(part));
  if (empty.length === 0)
    return (
      isBeyondCorrection &&
      topical.every(
        (part) => part.length >= shortestPart && known.frequencyOf(part) >= leastPassagesOfPart,
      )
    );
  return topical.every(
    (part) => known.frequencyOf(part) >= (part.length >= shortestPart ? 1 : leastPassagesOfPart),
  );
}

/** "data base" is "database": what a word and its neighbour are when written together. */
function joined(
  term: QueryTerm,
  terms: readonly QueryTerm[],
  position: number,
  known: LoadedWords,
): Alternative[] {
  const [before, after] = [terms[position - 1], terms[position + 1]];
  const together = [before && before.word + term.word, after && term.word + after.word];
  return together
    .filter((word) => word !== undefined)
    .filter((word) => known.has(word))
    .map((text) => ({ text, weight: rankingWeights.correction }));
}

function relatives(word: string, known: LoadedWords): Alternative[] {
  return known.relativesOf(word).map((text) => ({ text, weight: rankingWeights.relative }));
}
