import { isStopWord, stemOf, wordsOf } from '#language/words.ts';
import type { StemNumbers } from './prepare-passage.ts';
import { rankingWeights } from './ranking-weights.ts';
import type { RarityOfStems } from './term-statistics.ts';
import type { Alternative, QueryTerm } from './vocabulary.ts';

/** One way to say a term: a word or a phrase. */
export interface Way {
  /** Numbers of its stems, in order. */
  readonly stems: readonly number[];
  /** The same as places among the stems of the query. */
  readonly slots: readonly number[];
  readonly weight: number;
  /** Inverse document frequency; of a phrase that of its rarest word; never above the term's own. */
  readonly rarity: number;
}

export interface CompiledTerm {
  /** How much of the question hangs on the term: the rarity of the commonest word that says the same. */
  readonly rarity: number;
  /** The word itself and its alternatives, as far as they stand in any passage; the best match counts. */
  readonly ways: readonly Way[];
}

/** A query in the numbers that prepared passages are written in. */
export interface CompiledQuery {
  readonly terms: readonly CompiledTerm[];
  /** Number of a stem → its place among the stems of this query, -1 where it has none: passages are long, so no hashing. */
  readonly slotOf: Int16Array;
  /** How many stems the query has. */
  readonly size: number;
  /** Sum of the terms' rarities: the most that a passage can cover. */
  readonly whole: number;
  /** Two slots side by side (first * size + second) → the position of the first one's term. */
  readonly neighbours: ReadonlyMap<number, number>;
}

/** How much or the how-manieth: "300", "150k", "60h", "14th". */
const amount = /^\p{N}+(k|m|h|x|hr|hrs|lpa|lakh|st|nd|rd|th)?$/u;

/** Looks the terms' words and phrases up; what stands in no passage keeps its weight and matches nothing. */
export function compileQuery(
  terms: readonly QueryTerm[],
  numbers: Pick<StemNumbers, 'find' | 'count'>,
  statistics: RarityOfStems,
): CompiledQuery {
  const toWay = ({ stems, weight }: WordedWay, own: number): Omit<Way, 'slots'> | undefined => {
    const found = stems.map((stem) => numbers.find(stem));
    if (found.length === 0 || !found.every((number) => number !== undefined)) return undefined;
    const rarity = Math.min(own, Math.max(...stems.map(statistics.inverseFrequencyOf)));
    return { stems: found, weight, rarity };
  };
  const found = terms.map((term) => {
    const own = statistics.inverseFrequencyOf(term.stem);
    const ways = [{ stems: [term.stem], weight: 1 }, ...term.alternatives.map(toWords)]
      .map((way) => toWay(way, own))
      .filter((way) => way !== undefined);
    return { ways, rarity: rarityOf(ways, own) * shareOfNumber(term, ways.length > 0) };
  });
  const slotOf = new Int16Array(numbers.count).fill(-1);
  let size = 0;
  const takeSlot = (number: number) => {
    if (slotOf[number] === -1) slotOf[number] = size++;
    return slotOf[number] ?? -1;
  };
  const compiled = found.map(({ ways, rarity }) => ({
    ways: ways.map((way) => ({ ...way, slots: way.stems.map(takeSlot) })),
    rarity,
  }));
  return {
    terms: compiled,
    slotOf,
    size,
    whole: compiled.reduce((sum, term) => sum + term.rarity, 0),
    neighbours: neighboursOf(compiled, size),
  };
}

/** How much is asked about does not change what is asked about, least of all where nobody wrote of that much. */
function shareOfNumber({ stem }: QueryTerm, isKnown: boolean): number {
  if (!amount.test(stem)) return 1;
  return isKnown ? rankingWeights.number : rankingWeights.unknownNumber;
}

interface WordedWay {
  readonly stems: readonly string[];
  readonly weight: number;
}

/** Words that say the same are together as common as the commonest of them; a mistyped word is as rare as its likeliest correction. */
function rarityOf(ways: readonly Pick<Way, 'weight' | 'rarity'>[], own: number): number {
  const [likeliest] = ways;
  if (likeliest === undefined) return own * rankingWeights.unknownWord;
  const equals = ways.filter((way) => way.weight >= rankingWeights.synonym);
  return Math.min(...(equals.length > 0 ? equals : [likeliest]).map((way) => way.rarity));
}

/** A phrase made of function words for the most part, such as "tell me about a time", says too little to be looked for. */
function toWords({ text, weight }: Alternative): WordedWay {
  const words = wordsOf(text);
  const topical = words.filter((word) => !isStopWord(word));
  return { stems: topical.length * 2 < words.length ? [] : topical.map(stemOf), weight };
}

function neighboursOf(terms: readonly CompiledTerm[], size: number): Map<number, number> {
  const pairs = new Map<number, number>();
  for (const [position, term] of terms.entries())
    for (const { slots } of term.ways)
      for (const next of terms[position + 1]?.ways ?? []) {
        const [last, first] = [slots.at(-1), next.slots[0]];
        if (last !== undefined && first !== undefined && last !== first)
          pairs.set(last * size + first, position);
      }
  return pairs;
}
