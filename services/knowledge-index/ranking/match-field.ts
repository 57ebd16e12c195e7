import type { CompiledQuery, Way } from './compile-query.ts';

/** What of a query stands in one field of a passage. */
export interface FieldMatch {
  readonly stems: Int32Array;
  /** How often each of the query's stems stands in the field, by slot; absent where none does, as in most fields. */
  readonly counts?: Uint16Array;
  /** Positions of the terms that have the next term beside them. */
  readonly paired: ReadonlySet<number>;
}

const nonePaired: ReadonlySet<number> = new Set();

/** Goes once through a field's stems. */
export function matchField(stems: Int32Array, query: CompiledQuery): FieldMatch {
  const { slotOf, size, neighbours } = query;
  let counts: Uint16Array | undefined;
  let paired = nonePaired;
  let before = -1;
  for (let position = 0; position < stems.length; position += 1) {
    const slot = slotAt(slotOf, stems[position] ?? -1);
    if (slot >= 0) {
      counts ??= new Uint16Array(size);
      counts[slot] = (counts[slot] ?? 0) + 1;
      const pair = before < 0 ? undefined : neighbours.get(before * size + slot);
      if (pair !== undefined) paired = new Set(paired).add(pair);
    }
    before = slot;
  }
  return counts === undefined ? { stems, paired } : { stems, counts, paired };
}

/** Between questions stands -1, which is no place in an array. */
function slotAt(slotOf: Int16Array, stem: number): number {
  return stem < 0 ? -1 : (slotOf[stem] ?? -1);
}

/** How often a word, or a phrase as a whole, stands in the field. */
export function occurrences({ stems, counts }: FieldMatch, way: Way): number {
  if (counts === undefined) return 0;
  let least = counts[way.slots[0] ?? -1] ?? 0;
  if (least === 0 || way.stems.length === 1) return least;
  for (const slot of way.slots) least = Math.min(least, counts[slot] ?? 0);
  if (least === 0) return 0;
  const [first = -1] = way.stems;
  let found = 0;
  for (let start = stems.indexOf(first); start >= 0; start = stems.indexOf(first, start + 1))
    if (way.stems.every((stem, offset) => stems[start + offset] === stem)) found += 1;
  return found;
}
