/** Graded judgements of one query: item → gain; 0 and below means judged and irrelevant. */
export type Judgements = ReadonlyMap<string, number>;

export interface QueryScores {
  readonly ndcgAt10: number;
  readonly recallAt5: number;
  readonly recallAt100: number;
  readonly averagePrecision: number;
  readonly reciprocalRank: number;
}

/** How deep a ranking is looked into, as trec_eval does. */
const averagePrecisionDepth = 1_000;
const reciprocalRankDepth = 10;

/**
 * Scores one ranking by the conventions of trec_eval: linear gains, the ideal ranking over all judged items, a repeated
 * item counted where it first stands. Throws where nothing is relevant, since then no measure is defined.
 */
export function scoreRanking(ranking: readonly string[], judgements: Judgements): QueryScores {
  const ranked = [...new Set(ranking)];
  if (relevantOf(judgements).size === 0) throw new RangeError('A query without a relevant item');
  return {
    ndcgAt10: ndcgAt(10, ranked, judgements),
    recallAt5: recallAt(5, ranked, judgements),
    recallAt100: recallAt(100, ranked, judgements),
    averagePrecision: averagePrecision(ranked, judgements),
    reciprocalRank: reciprocalRank(ranked, judgements),
  };
}

/** Normalised discounted cumulative gain of the first `depth` items, 0 to 1. */
export function ndcgAt(depth: number, ranked: readonly string[], judgements: Judgements): number {
  const gained = ranked.slice(0, depth).map((item) => Math.max(0, judgements.get(item) ?? 0));
  const ideal = [...judgements.values()]
    .filter((gain) => gain > 0)
    .toSorted((left, right) => right - left)
    .slice(0, depth);
  return discountedGain(gained) / discountedGain(ideal);
}

/** Share of the relevant items among the first `depth`. */
export function recallAt(depth: number, ranked: readonly string[], judgements: Judgements): number {
  const relevant = relevantOf(judgements);
  const found = new Set(ranked.slice(0, depth).filter((item) => relevant.has(item)));
  return found.size / relevant.size;
}

/** The mean over the relevant items of the precision at the rank of each; those not found count 0. */
export function averagePrecision(ranked: readonly string[], judgements: Judgements): number {
  const relevant = relevantOf(judgements);
  let found = 0;
  let sum = 0;
  for (const [position, item] of ranked.slice(0, averagePrecisionDepth).entries())
    if (relevant.has(item)) {
      found += 1;
      sum += found / (position + 1);
    }
  return sum / relevant.size;
}

/** 1 / rank of the first relevant item among the first ten; 0 where none is there. */
export function reciprocalRank(ranked: readonly string[], judgements: Judgements): number {
  const relevant = relevantOf(judgements);
  const position = ranked.slice(0, reciprocalRankDepth).findIndex((item) => relevant.has(item));
  return position === -1 ? 0 : 1 / (position + 1);
}

/** The arithmetic mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The share of the items that are so; 0 of nothing. */
export function shareOf<Item>(items: readonly Item[], isSo: (item: Item) => boolean): number {
  return mean(items.map((item) => (isSo(item) ? 1 : 0)));
}

/**
 * The area under the ROC curve: how often a positive case scores above a negative one, ties counting half (the
 * Mann-Whitney U statistic over all pairs). One half is chance. Throws where either side is empty.
 */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  if (positives.length === 0 || negatives.length === 0)
    throw new RangeError('An area under the curve needs cases on both sides');
  const sorted = negatives.toSorted((left, right) => left - right);
  const wins = positives.map((score) => {
    const below = countBelow(sorted, (value) => value < score);
    const upTo = countBelow(sorted, (value) => value <= score);
    return below + (upTo - below) / 2;
  });
  return mean(wins) / sorted.length;
}

/** How many of the sorted values, from the first on, are so. */
function countBelow(sorted: readonly number[], isSo: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(sorted[middle] ?? Number.POSITIVE_INFINITY)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The smallest value that at least this share of the values does not exceed; 0 of nothing. */
export function percentile(share: number, values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function discountedGain(gains: readonly number[]): number {
  return gains.reduce((sum, gain, position) => sum + gain / Math.log2(position + 2), 0);
}

function relevantOf(judgements: Judgements): Set<string> {
  return new Set([...judgements].filter(([, gain]) => gain > 0).map(([item]) => item));
}
