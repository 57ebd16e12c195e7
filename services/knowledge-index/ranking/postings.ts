import type { CompiledQuery } from './compile-query.ts';
import { placesOfLargest } from './largest.ts';
import { fieldNames, type PreparedPassage } from './prepare-passage.ts';
import { rankingWeights } from './ranking-weights.ts';

/** Which passages hold a stem, and the weight of the strongest field it stands in there. */
interface Posting {
  readonly passages: Int32Array;
  readonly weights: Float64Array;
}

/** Finds candidates in memory: a tenth of the time that the database takes for a question with its synonyms. */
export interface Postings {
  /** The most promising passages for a query, best first; the scorer then orders them properly. */
  candidates(query: CompiledQuery, limit: number): PreparedPassage[];
}

/** Fields from the weightiest down, so that the first one found is the one that counts. */
const fieldsByWeight = fieldNames
  .map((field, number) => ({ field, number }))
  .toSorted(
    (left, right) =>
      rankingWeights.fields[right.field].weight - rankingWeights.fields[left.field].weight,
  );

/** Turns passages that were prepared with the same numbers into lists by stem. */
export function createPostings(passages: readonly PreparedPassage[]): Postings {
  const postings = collectPostings(passages);
  const scores = new Float64Array(passages.length);
  return {
    candidates(query, limit) {
      scores.fill(0);
      for (const term of query.terms)
        for (const way of term.ways)
          for (const stem of way.stems)
            addScores(scores, postings.get(stem), (way.weight * way.rarity) / way.stems.length);
      return placesOfLargest(scores, limit, 0).flatMap((place) => passages[place] ?? []);
    },
  };
}

function collectPostings(passages: readonly PreparedPassage[]): Map<number, Posting> {
  const growing = new Map<number, { readonly passages: number[]; readonly weights: number[] }>();
  for (const [place, { stems, starts }] of passages.entries()) {
    const seen = new Set<number>();
    for (const { field, number } of fieldsByWeight)
      for (const stem of stems.subarray(starts[number], starts[number + 1])) {
        if (seen.has(stem)) continue;
        seen.add(stem);
        const posting = growing.get(stem) ?? { passages: [], weights: [] };
        posting.passages.push(place);
        posting.weights.push(rankingWeights.fields[field].weight);
        growing.set(stem, posting);
      }
  }
  const packed = new Map<number, Posting>();
  for (const [stem, { passages: places, weights }] of growing)
    packed.set(stem, { passages: Int32Array.from(places), weights: Float64Array.from(weights) });
  return packed;
}

function addScores(scores: Float64Array, posting: Posting | undefined, weight: number): void {
  if (posting === undefined) return;
  const { passages, weights } = posting;
  for (let position = 0; position < passages.length; position += 1) {
    const place = passages[position] as number;
    scores[place] = (scores[place] as number) + weight * (weights[position] as number);
  }
}
