import type { SearchHit } from '../port.ts';
import { rankingWeights } from './ranking-weights.ts';

/** Fuses result lists: a passage scores the sum of 1 / (k + rank) over the lists it stands in. */
export function fuseByReciprocalRank(...lists: readonly (readonly SearchHit[])[]): SearchHit[] {
  const fused = new Map<string, SearchHit>();
  for (const list of lists)
    for (const [position, hit] of list.entries()) {
      const before = fused.get(hit.document.id);
      fused.set(hit.document.id, {
        document: hit.document,
        coverage: Math.max(hit.coverage, before?.coverage ?? 0),
        score: (before?.score ?? 0) + 1 / (rankingWeights.reciprocalRank + position + 1),
      });
    }
  return [...fused.values()].toSorted((left, right) => right.score - left.score);
}
