import type { CompiledQuery, Way } from './compile-query.ts';

/** What of a query stands in one field of a passage; made once a search and filled for passage after passage. */
export interface FieldMatch {
  /** The field, or a part of it, is what stands here from one place up to another. */
  stems: Int32Array;
  start: number;
  end: number;
  /** How often each of the query's stems stands in the field, by slot. */
  readonly counts: Uint16Array;
  /** Whether none of them does, as in most fields. */
  isEmpty: boolean;
  /** Positions of the terms that have the next term beside them, each once. */
  readonly paired: number[];
}

const noStems = new Int32Array(0);

/** Room for what one field holds of the query. */
export function createFieldMatch({ size }: Pick<CompiledQuery, 'size'>): FieldMatch {
  return {
    stems: noStems,
    start: 0,
    end: 0,
    counts: new Uint16Array(size),
    isEmpty: true,
    paired: [],
  };
}

/** Makes it the match of another field, in which nothing was found yet. */
export function emptyMatch(match: FieldMatch, stems: Int32Array, start: number, end: number): void {
  if (!match.isEmpty) match.counts.fill(0);
  match.isEmpty = true;
  match.paired.length = 0;
  match.stems = stems;
  match.start = start;
  match.end = end;
}

/** Counts what was found in a part of the field. */
export function addMatch(whole: FieldMatch, { counts, paired }: FieldMatch): void {
  whole.isEmpty = false;
  for (let slot = 0; slot < counts.length; slot += 1)
    whole.counts[slot] = (whole.counts[slot] as number) + (counts[slot] as number);
  for (const pair of paired) if (!whole.paired.includes(pair)) whole.paired.push(pair);
}

/** Goes once through the stems from `start` to `end`, and gives back the match that it filled. */
export function matchField(
  stems: Int32Array,
  start: number,
  end: number,
  { slotOf, size, neighbours }: CompiledQuery,
  into: FieldMatch,
): FieldMatch {
  emptyMatch(into, stems, start, end);
  const { counts, paired } = into;
  let isEmpty = true;
  let before = -1;
  for (let position = start; position < end; position += 1) {
    const slot = slotAt(slotOf, stems[position] as number);
    if (slot >= 0) {
      isEmpty = false;
      counts[slot] = (counts[slot] as number) + 1;
      const pair = before < 0 ? undefined : neighbours.get(before * size + slot);
      if (pair !== undefined && !paired.includes(pair)) paired.push(pair);
    }
    before = slot;
  }
  into.isEmpty = isEmpty;
  return into;
}

/** Between questions stands -1, which is no place in an array, nor is a stem that is newer than the query. */
function slotAt(slotOf: Int16Array, stem: number): number {
  return stem < 0 || stem >= slotOf.length ? -1 : (slotOf[stem] as number);
}

/** How often a word, or a phrase as a whole, stands in the field. */
export function occurrences(field: FieldMatch, { slots, stems }: Way): number {
  if (field.isEmpty) return 0;
  const { counts } = field;
  const count = counts[slots[0] as number] as number;
  if (count === 0 || slots.length === 1) return count;
  for (let position = 1; position < slots.length; position += 1)
    if (counts[slots[position] as number] === 0) return 0;
  return phrasesIn(field, stems);
}

function phrasesIn({ stems, start, end }: FieldMatch, phrase: readonly number[]): number {
  let found = 0;
  for (let at = start; at + phrase.length <= end; at += 1)
    if (phrase.every((stem, offset) => stems[at + offset] === stem)) found += 1;
  return found;
}
