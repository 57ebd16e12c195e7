import type { CompiledQuery, Way } from './compile-query.ts';

/** What of a query stands in one field of a passage. */
export interface FieldMatch {
  readonly stems: Int32Array;
  /** How often each of the query's stems stands in the field, by slot. */
  readonly counts: Uint16Array;
  /** Positions of the terms that have the next term beside them. */
  readonly paired: ReadonlySet<number>;
}

/** Goes once through a field's stems. */
export function matchField(stems: Int32Array, query: CompiledQuery): FieldMatch {
  const size = query.slots.size;
  const counts = new Uint16Array(size);
  const paired = new Set<number>();
  let before = -1;
  for (const stem of stems) {
    const slot = query.slots.get(stem) ?? -1;
    if (slot >= 0) counts[slot] = (counts[slot] ?? 0) + 1;
    const pair = slot < 0 || before < 0 ? undefined : query.neighbours.get(before * size + slot);
    if (pair !== undefined) paired.add(pair);
    before = slot;
  }
  return { stems, counts, paired };
}

/** How often a word, or a phrase as a whole, stands in the field. */
export function occurrences({ stems, counts }: FieldMatch, way: Way): number {
  const least = Math.min(...way.slots.map((slot) => counts[slot] ?? 0));
  if (least === 0 || way.stems.length === 1) return least;
  const [first = -1] = way.stems;
  let found = 0;
  for (let start = stems.indexOf(first); start >= 0; start = stems.indexOf(first, start + 1))
    if (way.stems.every((stem, offset) => stems[start + offset] === stem)) found += 1;
  return found;
}
