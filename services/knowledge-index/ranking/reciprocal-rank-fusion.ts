import type { SearchHit } from '../port.ts';
import { rankingWeights } from './ranking-weights.ts';

/** A result list, best first, and how much it says next to the others. */
export interface RankedList {
  readonly hits: readonly SearchHit[];
  readonly weight: number;
}

/** Fuses result lists: a passage scores the sum of weight / (k + rank) over the lists it stands in. */
export function fuseByReciprocalRank(
  lists: readonly RankedList[],
  k: number = rankingWeights.reciprocalRank,
): SearchHit[] {
  const fused = new Map<string, SearchHit>();
  for (const { hits, weight } of lists)
    for (const [position, hit] of hits.entries()) {
      const before = fused.get(hit.document.id);
      fused.set(hit.document.id, {
        document: hit.document,
        coverage: Math.max(hit.coverage, before?.coverage ?? 0),
        score: (before?.score ?? 0) + weight / (k + position + 1),
      });
    }
  return [...fused.values()].toSorted((left, right) => right.score - left.score);
}
