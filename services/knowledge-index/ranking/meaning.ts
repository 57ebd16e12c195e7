import { isEnglishWord } from '#language/english-words.ts';
import type { WordVectors } from '#language/word-vectors.ts';
import type { KnowledgeDocument, SearchHit } from '../port.ts';
import { placesOfLargest } from './largest.ts';
import type { PreparedPassage } from './prepare-passage.ts';
import { rankingWeights } from './ranking-weights.ts';
import { fuseByReciprocalRank } from './reciprocal-rank-fusion.ts';
import type { QueryTerm } from './vocabulary.ts';

/** What words mean, and questions that no passage answers. */
export interface MeaningOptions {
  readonly vectors: WordVectors;
  /** What people ask all the same: a question that lies nearer to these than to a passage is none for the passage. */
  readonly otherQuestions: readonly string[];
}

/** How near passages lie to a question in meaning, whatever words both use. */
export interface Meaning {
  /**
   * The hits by words fused with those that mean the like. A passage covers more of the question the nearer it lies, next to
   * the questions that no passage answers, and less where those lie nearer.
   */
  fuse(terms: readonly QueryTerm[], hits: readonly SearchHit[]): SearchHit[];
}

/** So much of a passage's text tells what it is about. */
const charactersRead = 600;
/** Further down likeness says nothing. */
const nearestRead = 50;
/** So many of the questions that no passage answers tell how near those lie. */
const others = 5;
/** What it says, next to the ways to ask for it. */
const textWeight = 0.3;

/** Places every passage between the ways to ask for it and what it says. */
export function createMeaning(
  { vectors, otherQuestions }: MeaningOptions,
  passages: readonly PreparedPassage[],
): Meaning {
  const places = new Map(passages.map(({ document }, place) => [document.id, place]));
  const ofPassages = createRows(passages.map(({ document }) => vectorOfPassage(document, vectors)));
  const ofOthers = createRows(
    otherQuestions.flatMap((question) => vectors.vectorOf(question) ?? []),
  );

  return {
    fuse(terms, hits) {
      const asked = vectors.vectorOf(terms.map((term) => wordMeant(term)).join(' '));
      if (asked === undefined) return [...hits];
      const likenesses = ofPassages.likenessesTo(asked);
      const otherness = meanOfLargest(ofOthers.likenessesTo(asked));
      const nearest = placesOfLargest(likenesses, nearestRead)
        .flatMap((place) => passages[place] ?? [])
        .map(({ document }) => ({ document, score: 0, coverage: 0 }));
      const covering = ({ document, coverage, score }: SearchHit): SearchHit => ({
        document,
        score,
        coverage: withMeaning(
          coverage,
          (likenesses[places.get(document.id) ?? -1] ?? 0) - otherness,
        ),
      });
      const byWords = new Map(hits.map((hit) => [hit.document.id, hit]));
      const found = nearest.map((hit) => byWords.get(hit.document.id) ?? hit);
      const { reciprocalRank, weight } = rankingWeights.meaning;
      const lists = [
        { hits, weight: 1 },
        { hits: found, weight },
      ];
      return fuseByReciprocalRank(lists, reciprocalRank).map(covering);
    },
  };
}

/** Words that were mistaken for the topic count less, and a topic that is meant without its words more. */
function withMeaning(coverage: number, nearness: number): number {
  return Math.min(1, Math.max(0, coverage + rankingWeights.meaning.coverage * nearness));
}

/** Vectors of length one in one array: going through them is what a question costs. */
function createRows(vectors: readonly Float32Array[]) {
  const dimensions = vectors[0]?.length ?? 0;
  const values = new Float32Array(vectors.length * dimensions);
  for (const [row, vector] of vectors.entries()) values.set(vector, row * dimensions);
  return {
    /** The cosine of each with the one given. */
    likenessesTo(asked: Float32Array): Float32Array {
      const likenesses = new Float32Array(vectors.length);
      let row = 0;
      for (; row + 3 < likenesses.length; row += 4) fourDotProducts(values, row, asked, likenesses);
      for (; row < likenesses.length; row += 1) {
        let sum = 0;
        for (let column = 0, at = row * dimensions; column < dimensions; column += 1, at += 1)
          sum += (values[at] as number) * (asked[column] as number);
        likenesses[row] = sum;
      }
      return likenesses;
    },
  };
}

/** Four rows at once: sums that do not wait for each other take half the time. */
function fourDotProducts(
  values: Float32Array,
  row: number,
  asked: Float32Array,
  into: Float32Array,
): void {
  const { length } = asked;
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let column = 0, at = row * length; column < length; column += 1, at += 1) {
    const value = asked[column] as number;
    first += (values[at] as number) * value;
    second += (values[at + length] as number) * value;
    third += (values[at + 2 * length] as number) * value;
    fourth += (values[at + 3 * length] as number) * value;
  }
  into[row] = first;
  into[row + 1] = second;
  into[row + 2] = third;
  into[row + 3] = fourth;
}

/** A single one may be near by chance. */
function meanOfLargest(likenesses: Float32Array): number {
  const largest = placesOfLargest(likenesses, others);
  return (
    largest.reduce((sum, place) => sum + (likenesses[place] ?? 0), 0) / Math.max(1, largest.length)
  );
}

/** A typing error means what it was corrected to. */
function wordMeant({ word, alternatives }: QueryTerm): string {
  const [first] = alternatives;
  const isCorrected = first?.weight === rankingWeights.correction && !isEnglishWord(word);
  return isCorrected ? first.text : word;
}

function vectorOfPassage(
  { title, section, content, questions }: KnowledgeDocument,
  vectors: WordVectors,
): Float32Array {
  const sum = new Float32Array(vectors.dimensions);
  const add = (text: string, weight: number) => {
    const vector = vectors.vectorOf(text);
    if (vector === undefined) return;
    for (const [at, value] of vector.entries()) sum[at] = (sum[at] ?? 0) + weight * value;
  };
  const asked = [section, ...questions];
  for (const question of asked) add(question, 1 / asked.length);
  add(`${section} ${title} ${content}`.slice(0, charactersRead), textWeight);
  const length = Math.hypot(...sum) || 1;
  return sum.map((value) => value / length);
}
