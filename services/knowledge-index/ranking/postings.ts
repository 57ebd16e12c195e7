import type { CompiledQuery } from './compile-query.ts';
import { fieldNames, type PreparedPassage } from './prepare-passage.ts';
import { rankingWeights } from './ranking-weights.ts';

/** Which passages hold a stem, and the weight of the strongest field it stands in there. */
interface Posting {
  readonly passages: number[];
  readonly weights: number[];
}

/** Finds candidates in memory: a tenth of the time that the database takes for a question with its synonyms. */
export interface Postings {
  /** The most promising passages for a query, best first; the scorer then orders them properly. */
  candidates(query: CompiledQuery, limit: number): PreparedPassage[];
}

/** Fields from the weightiest down, so that the first one found is the one that counts. */
const fieldsByWeight = fieldNames.toSorted(
  (left, right) => rankingWeights.fields[right].weight - rankingWeights.fields[left].weight,
);

/** Turns passages that were prepared with the same numbers into lists by stem. */
export function createPostings(passages: readonly PreparedPassage[]): Postings {
  const postings = new Map<number, Posting>();
  for (const [place, passage] of passages.entries()) addPassage(postings, place, passage);
  return {
    candidates(query, limit) {
      const scores = new Float64Array(passages.length);
      for (const term of query.terms)
        for (const way of term.ways)
          for (const stem of way.stems)
            addScores(scores, postings.get(stem), (way.weight * way.rarity) / way.stems.length);
      const found: number[] = [];
      for (let place = 0; place < scores.length; place += 1)
        if ((scores[place] ?? 0) > 0) found.push(place);
      found.sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
      return found.slice(0, limit).flatMap((place) => passages[place] ?? []);
    },
  };
}

function addPassage(postings: Map<number, Posting>, place: number, passage: PreparedPassage): void {
  const seen = new Set<number>();
  for (const field of fieldsByWeight)
    for (const stem of passage.stems[field]) {
      if (seen.has(stem)) continue;
      seen.add(stem);
      const posting = postings.get(stem) ?? { passages: [], weights: [] };
      posting.passages.push(place);
      posting.weights.push(rankingWeights.fields[field].weight);
      postings.set(stem, posting);
    }
}

function addScores(scores: Float64Array, posting: Posting | undefined, weight: number): void {
  if (posting === undefined) return;
  const { passages, weights } = posting;
  for (let position = 0; position < passages.length; position += 1) {
    const place = passages[position] ?? 0;
    scores[place] = (scores[place] ?? 0) + weight * (weights[position] ?? 0);
  }
}
