import { isStopWord, stemOf, topicStems, wordsOf } from '#language/words.ts';
import type { KnowledgeDocument } from '../port.ts';
import { correctSpelling, type KnownWords } from '../ranking/correct-spelling.ts';
import { rankingWeights } from '../ranking/ranking-weights.ts';
import type { QueryTerm } from '../ranking/vocabulary.ts';

/** What the service says about the collection that the passages were found in. */
export interface CollectionFigures {
  /** Passages that contain any word of the question. */
  readonly matching: number;
  /** Passages in all. */
  readonly total: number;
}

/**
 * The share of the question's informative weight that each passage contains, as the embedded index defines it: a term
 * weighs its inverse document frequency, and counts as contained with the word, a form of it, a synonym, or what a
 * mistyped word was meant to be.
 *
 * The service tells no document frequency, so it is estimated from the passages found. They are the best matches: a
 * term stands in at least as many passages as were seen, and in at most the same share of all matching ones. The
 * geometric mean of the two bounds is taken; where everything that matches was returned, both agree and it is exact.
 */
export function measureCoverage(
  terms: readonly QueryTerm[],
  passages: readonly KnowledgeDocument[],
  figures: CollectionFigures,
): number[] {
  const contents = passages.map(readContent);
  const known = createKnownWords(passages);
  const weighed = terms
    .map((term) => understand(term, contents, known))
    .filter((term) => term !== undefined)
    .map((term) => ({ ...term, weight: weigh(term.found, passages.length, figures) }));
  const whole = weighed.reduce((sum, term) => sum + term.weight, 0);
  return contents.map((content) => {
    const covered = weighed.filter((term) => term.ways.some((way) => contains(content, way)));
    return whole === 0 ? 0 : covered.reduce((sum, term) => sum + term.weight, 0) / whole;
  });
}

/** The stems of a passage, field after field, each field between spaces: ` ai engin  what do  `. */
interface PassageContent {
  readonly stems: ReadonlySet<string>;
  readonly text: string;
}

function readContent({ title, section, tags, content }: KnowledgeDocument): PassageContent {
  const fields = [title, section, tags.join(', '), content].map(topicStems);
  return {
    stems: new Set(fields.flat()),
    text: fields.map((stems) => ` ${stems.join(' ')} `).join(' '),
  };
}

/** A way to say a term: its stems, which must stand side by side. */
type Way = readonly string[];

function contains(content: PassageContent, way: Way): boolean {
  const [first] = way;
  if (first === undefined) return false;
  return way.length === 1 ? content.stems.has(first) : content.text.includes(` ${way.join(' ')} `);
}

interface UnderstoodTerm {
  readonly ways: readonly Way[];
  /** How many of the passages found hold the term, however it is said. */
  readonly found: number;
}

/** Adds what a mistyped word was meant to be; `undefined` for a mistyped function word, which carries no topic. */
function understand(
  term: QueryTerm,
  contents: readonly PassageContent[],
  known: () => KnownWords,
): UnderstoodTerm | undefined {
  const said = [[term.stem], ...term.alternatives.map(({ text }) => toWay(text))];
  const own = countPassages(contents, [[term.stem]]);
  if (own > 0) return { ways: said, found: own };
  const ofSynonyms = countPassages(contents, said);
  if (ofSynonyms > 0) return { ways: said, found: ofSynonyms };
  const corrections = correctSpelling(term.word, known());
  const [likeliest] = corrections;
  if (likeliest !== undefined && isStopWord(likeliest)) return undefined;
  const ways = [...said, ...corrections.map((word) => [stemOf(word)])];
  return { ways, found: countPassages(contents, ways) };
}

/** A phrase made of function words for the most part says too little to be looked for. */
function toWay(text: string): Way {
  const words = wordsOf(text);
  const topical = words.filter((word) => !isStopWord(word));
  return topical.length * 2 < words.length ? [] : topical.map(stemOf);
}

function countPassages(contents: readonly PassageContent[], ways: readonly Way[]): number {
  return contents.filter((content) => ways.some((way) => contains(content, way))).length;
}

/** The inverse document frequency (BM25's); a term that was not seen weighs as one that stands in half a passage. */
function weigh(found: number, returned: number, { matching, total }: CollectionFigures): number {
  if (returned === 0) return 1;
  const share = Math.max(1, matching / returned);
  const frequency = found === 0 ? 0.5 : Math.sqrt(found * Math.min(found * share, total));
  const weight = Math.log(1 + (Math.max(total, frequency) - frequency + 0.5) / (frequency + 0.5));
  return found === 0 ? weight * rankingWeights.unknownWord : weight;
}

/** The words of the passages found, by length; made when the first unknown word asks for it. */
function createKnownWords(passages: readonly KnowledgeDocument[]): () => KnownWords {
  let made: KnownWords | undefined;
  return () => {
    if (made !== undefined) return made;
    const frequencies = new Map<string, number>();
    for (const { title, section, tags, content } of passages)
      for (const word of new Set(wordsOf([title, section, ...tags, content].join('\n'))))
        frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
    const byLength = Map.groupBy(frequencies.keys(), (word) => word.length);
    made = {
      ofLength: (length) => byLength.get(length) ?? [],
      frequencyOf: (word) => frequencies.get(word) ?? 0,
    };
    return made;
  };
}
