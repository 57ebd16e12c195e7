import type { DatabaseSync } from 'node:sqlite';

export interface RarityOfStems {
  /** BM25's inverse document frequency, above 0; a stem of no passage is a little rarer than one of a single passage. */
  inverseFrequencyOf(stem: string): number;
}

/** How rare stems are among the passages; remembered until `forget`. */
export interface TermStatistics extends RarityOfStems {
  /** In how many passages the stem stands. */
  frequencyOf(stem: string): number;
  forget(): void;
}

export function createTermStatistics(database: DatabaseSync): TermStatistics {
  const passagesWithStem = database.prepare('SELECT doc FROM passages_stems WHERE term = ?');
  const passageCount = database.prepare(
    `SELECT count(*) AS passages FROM passages WHERE part = 'body'`,
  );
  const frequencies = new Map<string, number>();
  const rarities = new Map<string, number>();
  let total: number | undefined;

  function frequencyOf(stem: string): number {
    const known = frequencies.get(stem);
    if (known !== undefined) return known;
    const found = Number(passagesWithStem.get(stem)?.['doc'] ?? 0);
    frequencies.set(stem, found);
    return found;
  }

  return {
    frequencyOf,
    inverseFrequencyOf(stem) {
      const known = rarities.get(stem);
      if (known !== undefined) return known;
      total ??= Number(passageCount.get()?.['passages'] ?? 0);
      const rarity = inverseFrequency(frequencyOf(stem), total);
      rarities.set(stem, rarity);
      return rarity;
    },
    forget() {
      frequencies.clear();
      rarities.clear();
      total = undefined;
    },
  };
}

/** Of a stem that stands in so many of so many passages. */
export function inverseFrequency(frequency: number, total: number): number {
  const found = Math.max(frequency, 0.5);
  return Math.log(1 + Math.max(0, total - found + 0.5) / (found + 0.5));
}

/** The rarities of stems by their numbers, each looked up once. */
export function rarityByNumber(
  { inverseFrequencyOf }: RarityOfStems,
  stemAt: (number: number) => string,
): (stem: number) => number {
  const rarities: number[] = [];
  return (stem) => {
    const known = rarities[stem];
    if (known !== undefined) return known;
    const rarity = inverseFrequencyOf(stemAt(stem));
    if (stem >= 0) rarities[stem] = rarity;
    return rarity;
  };
}
