import type { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery, Way } from './compile-query.ts';
import { placesOfLargest } from './largest.ts';
import { type FieldName, fieldNames } from './prepare-passage.ts';
import { rankingWeights } from './ranking-weights.ts';

/** The passages that hold a stem, by their places among all, ascending, and what it is worth in each, 0 to 255. */
interface StemList {
  readonly places: Int32Array;
  readonly impacts: Uint8Array;
}

export interface StoredPostings {
  /** The numbers of the most promising passages for a query, best first; the scorer then orders them properly. */
  candidates(query: CompiledQuery, limit: number): number[];
  forget(): void;
}

export interface StoredPostingsOptions {
  /** In how many passages the stem of this number stands. */
  readonly frequencyOf: (stem: number) => number;
  readonly stemAt: (stem: number) => string;
  /** How many entries of lists one question goes through, unless its rarest word alone has more. */
  readonly mostEntriesRead?: number;
  /** How many entries are kept in memory, at 5 bytes each: 100,000 passages have about 8 million. */
  readonly mostEntriesKept?: number;
}

/** From what a stem adds to a score at most, saturated, to a byte. */
const impactScale = 255 / (rankingWeights.saturation + 1);

/**
 * Finds candidates where there are too many passages to keep them: FTS5 lists where a stem stands, in the database. A list is
 * read when it is first asked for and kept as numbers, so that going through it costs a hundredth of ranking its passages there.
 * The rarest words are looked for first; the commonest, once enough was gone through, only tell apart what the others found.
 */
export function createStoredPostings(
  database: DatabaseSync,
  {
    frequencyOf,
    stemAt,
    mostEntriesRead = 1_000_000,
    mostEntriesKept = 8_000_000,
  }: StoredPostingsOptions,
): StoredPostings {
  database.exec(
    'CREATE VIRTUAL TABLE IF NOT EXISTS temp.passages_instances USING fts5vocab(main, passages_text, instance)',
  );
  /** One string for a list: a row for each entry would take three times as long. The second letters of the fields differ. */
  const entriesOf = database.prepare(
    `SELECT group_concat(doc || substr(col, 2, 1), '') AS entries FROM temp.passages_instances WHERE term = ?`,
  );
  const allNumbers = database.prepare(
    `SELECT group_concat(rowid || ';', '') AS numbers FROM passages_text`,
  );
  const lists = new Map<number, StemList>();
  let kept = 0;
  let room: Room | undefined;

  return {
    candidates(query, limit) {
      room ??= createRoom(readNumbers(String(allNumbers.get()?.['numbers'] ?? '')));
      const { numbers, scores, best } = room;
      const affordable = affordableStems(query, frequencyOf, mostEntriesRead);
      scores.fill(0);
      for (const { ways } of query.terms) {
        const found = ways
          .filter(({ stems }) => stems.some((stem) => affordable.has(stem)))
          .map((way) => ({ way, list: listOfWay(way, affordable, numbers) }));
        for (const { way, list } of found)
          addImpacts(list, (way.weight * way.rarity) / impactScale, scores, best);
        for (const { list } of found) clear(list, best);
      }
      return placesOfLargest(scores, limit, 0).map((place) => numbers[place] as number);
    },

    forget() {
      lists.clear();
      kept = 0;
      room = undefined;
    },
  };

  /** Of a phrase what holds all its words, as far as they are looked for. */
  function listOfWay(way: Way, affordable: ReadonlySet<number>, numbers: Int32Array): StemList {
    const [shortest, ...others] = way.stems
      .filter((stem) => affordable.has(stem))
      .map((stem) => listOf(stem, numbers))
      .toSorted((left, right) => left.places.length - right.places.length);
    return others.reduce(intersection, shortest ?? emptyList);
  }

  function listOf(stem: number, numbers: Int32Array): StemList {
    const known = lists.get(stem);
    const list = known ?? readList(String(entriesOf.get(stemAt(stem))?.['entries'] ?? ''), numbers);
    /** Set again, so that what was asked for longest ago comes first. */
    lists.delete(stem);
    lists.set(stem, list);
    if (known === undefined) kept += list.places.length;
    for (const [oldest, { places }] of lists) {
      if (kept <= mostEntriesKept || oldest === stem) break;
      lists.delete(oldest);
      kept -= places.length;
    }
    return list;
  }
}

/** What a search counts in; passages by their places, since their numbers may have gaps. */
interface Room {
  readonly numbers: Int32Array;
  readonly scores: Float32Array;
  /** What the best way to say a term has added so far; all zero between terms. */
  readonly best: Float32Array;
}

const emptyList: StemList = { places: new Int32Array(0), impacts: new Uint8Array(0) };

function createRoom(numbers: Int32Array): Room {
  const { length } = numbers;
  return { numbers, scores: new Float32Array(length), best: new Float32Array(length) };
}

/** The stems of the query from the rarest up, as many as may be gone through; the first in any case. */
function affordableStems(
  { terms }: CompiledQuery,
  frequencyOf: (stem: number) => number,
  most: number,
): Set<number> {
  const stems = new Set(terms.flatMap(({ ways }) => ways.flatMap((way) => way.stems)));
  const affordable = new Set<number>();
  let entries = 0;
  for (const stem of [...stems].sort((left, right) => frequencyOf(left) - frequencyOf(right))) {
    entries += frequencyOf(stem);
    if (entries > most && affordable.size > 0) break;
    affordable.add(stem);
  }
  return affordable;
}

/** Of the ways to say a term the best one counts, in each passage. */
function addImpacts(
  { places, impacts }: StemList,
  weight: number,
  scores: Float32Array,
  best: Float32Array,
): void {
  for (let position = 0; position < places.length; position += 1) {
    const place = places[position] as number;
    const value = weight * (impacts[position] as number);
    const before = best[place] as number;
    if (value <= before) continue;
    scores[place] = (scores[place] as number) + value - before;
    best[place] = value;
  }
}

function clear({ places }: StemList, best: Float32Array): void {
  for (let position = 0; position < places.length; position += 1)
    best[places[position] as number] = 0;
}

/** What stands in both, worth as much as where it is worth less. */
function intersection(left: StemList, right: StemList): StemList {
  const places: number[] = [];
  const impacts: number[] = [];
  for (let at = 0, other = 0; at < left.places.length; at += 1) {
    const place = left.places[at] as number;
    while ((right.places[other] ?? Number.POSITIVE_INFINITY) < place) other += 1;
    if (right.places[other] !== place) continue;
    places.push(place);
    impacts.push(Math.min(left.impacts[at] as number, right.impacts[other] as number));
  }
  return { places: Int32Array.from(places), impacts: Uint8Array.from(impacts) };
}

const zero = 48;
const nine = 57;

/** "1;2;5;" as numbers, which SQLite gives in ascending order. */
function readNumbers(text: string): Int32Array {
  const numbers: number[] = [];
  let number = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= zero && code <= nine) number = 10 * number + code - zero;
    else {
      numbers.push(number);
      number = 0;
    }
  }
  return Int32Array.from(numbers);
}

/** What an entry counts in each field, by the code of the field's second letter. */
const weightOfField = new Map(
  fieldNames.map((field: FieldName) => [field.charCodeAt(1), rankingWeights.fields[field].weight]),
);

/** "1i1o1o5o": one entry for each time that the stem stands in a field of a passage, ascending by passages. */
function readList(text: string, numbers: Int32Array): StemList {
  const places: number[] = [];
  const impacts: number[] = [];
  let [number, before, place, frequency] = [0, -1, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= zero && code <= nine) {
      number = 10 * number + code - zero;
      continue;
    }
    if (number !== before) {
      before = number;
      frequency = 0;
      while ((numbers[place] ?? number) < number) place += 1;
      places.push(place);
      impacts.push(0);
    }
    frequency += weightOfField.get(code) ?? 0;
    impacts[impacts.length - 1] = impactOf(frequency);
    number = 0;
  }
  return { places: Int32Array.from(places), impacts: Uint8Array.from(impacts) };
}

/** BM25's saturation, as a byte. */
function impactOf(frequency: number): number {
  const { saturation } = rankingWeights;
  return Math.round((impactScale * frequency * (saturation + 1)) / (frequency + saturation));
}
