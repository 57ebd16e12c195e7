/** What of a figure is held against the baseline. */
export interface Figure {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly ours: number;
  /** The same of what it stands next to, from the same run; absent where nothing does. */
  readonly theirs?: number;
  /** Ours by theirs, of each round where there were several and then the median; ours alone where nothing stands beside it. */
  readonly ratio: number;
  readonly better: 'higher' | 'lower';
  /** What is aimed for, of `ratio`, or of `ours` where nothing stands beside it or the aim is named so. */
  readonly aim?: { readonly of: 'ratio' | 'ours'; readonly value: number };
  /** Whether the baseline watches it: what one run differs from the next in by chance is only reported. */
  readonly watched: boolean;
}

/** Two series of the same length, ours and theirs, measured in turns so that the machine was the same for both. */
export interface Rounds {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

type FigureWords = Omit<Figure, 'ours' | 'theirs' | 'ratio'>;

/** A figure with something beside it. */
export function pairedFigure(words: FigureWords, { ours, theirs }: Rounds): Figure {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  return {
    ...words,
    ours: quantile(0.5, ours),
    theirs: quantile(0.5, theirs),
    ratio: quantile(0.5, ratios),
  };
}

/** A figure that stands alone. */
export function singleFigure(words: FigureWords, ours: number): Figure {
  return { ...words, ours, ratio: ours };
}

/** The value below which this share of the values lies, by the nearest rank; NaN of none. */
export function quantile(share: number, values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export interface Regression {
  readonly id: string;
  readonly before: number;
  readonly now: number;
}

/** By how much a watched ratio may be worse than the baseline's. */
export const tolerance = 0.2;

/** The watched figures that are worse than the baseline by more than the tolerance; those of which it knows nothing are new. */
export function findRegressions(
  figures: readonly Figure[],
  baseline: Readonly<Record<string, number>>,
): Regression[] {
  return figures.flatMap(({ id, ratio, better, watched }) => {
    const before = baseline[id];
    if (!watched || before === undefined) return [];
    const isWorse =
      better === 'higher' ? ratio < before * (1 - tolerance) : ratio > before * (1 + tolerance);
    return isWorse ? [{ id, before, now: ratio }] : [];
  });
}

/** The ratios that later runs are held against. */
export function toBaseline(figures: readonly Figure[]): Record<string, number> {
  return Object.fromEntries(
    figures.filter(({ watched }) => watched).map(({ id, ratio }) => [id, rounded(ratio)]),
  );
}

/** The figures of the long runs are measured apart from the others, and their ids begin so. */
const longPrefix = 'long-';

/** The baseline with the ratios of what was measured now; those of the other part, long or not, stay as they were. */
export function mergeBaseline(
  before: Readonly<Record<string, number>>,
  figures: readonly Figure[],
): Record<string, number> {
  const isLong = (id: string) => id.startsWith(longPrefix);
  const measured = new Set(figures.map(({ id }) => isLong(id)));
  const kept = Object.entries(before).filter(([id]) => !measured.has(isLong(id)));
  return { ...Object.fromEntries(kept), ...toBaseline(figures) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Whether the aim is reached; `undefined` where there is none. */
export function reachesAim({ ours, ratio, better, aim }: Figure): boolean | undefined {
  if (aim === undefined) return undefined;
  const value = aim.of === 'ratio' ? ratio : ours;
  return better === 'higher' ? value >= aim.value : value <= aim.value;
}
