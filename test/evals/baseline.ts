import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Figure } from './evaluation.ts';

const entrySchema = z.strictObject({
  value: z.number(),
  /** By how much the figure may be worse before the run fails. */
  tolerance: z.number().nonnegative(),
});

const baselineSchema = z.record(z.string(), z.record(z.string(), entrySchema));

/** Figures that were reached, by writer and then by the figure's id. */
export type Baseline = z.infer<typeof baselineSchema>;

/** A figure that is worse than it was, by more than may be. */
export interface Drop {
  readonly figure: Figure;
  readonly before: number;
  readonly tolerance: number;
}

/** The baseline that is kept with the source. */
export const baselineFile = join(import.meta.dirname, 'baseline.json');

/** Room for what changes without anybody's fault, such as an article that was reviewed. */
const tolerances: Readonly<Record<Figure['unit'], number>> = {
  share: 0.01,
  count: 0,
  words: 5,
  grade: 0.3,
  milliseconds: 0,
};

/** Small sets move a lot with one case: there one case more may go wrong. */
function toleranceFor({ unit, cases }: Figure): number {
  if (unit !== 'share') return tolerances[unit];
  return Math.max(tolerances.share, Math.ceil(1000 / Math.max(1, cases)) / 1000);
}

/** Throws where the file is missing or is no baseline. */
export function readBaseline(file: string = baselineFile): Baseline {
  return baselineSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The figures that dropped; what has no baseline, and what was not measured, is not compared. */
export function dropsFrom(
  baseline: Baseline,
  model: string,
  figures: readonly Figure[],
): readonly Drop[] {
  return figures.flatMap((figure) => {
    const entry = baseline[model]?.[figure.id];
    if (entry === undefined || figure.isInformative === true) return [];
    const worse =
      figure.better === 'higher' ? entry.value - figure.value : figure.value - entry.value;
    /** Shares are stored rounded. */
    return worse > entry.tolerance + 0.0005
      ? [{ figure, before: entry.value, tolerance: entry.tolerance }]
      : [];
  });
}

/** The baseline with these figures as what was reached; tolerances that somebody set stay. */
export function acceptFigures(
  baseline: Baseline,
  model: string,
  figures: readonly Figure[],
): Baseline {
  const before = baseline[model] ?? {};
  const accepted = figures
    .filter((figure) => figure.isInformative !== true)
    .map((figure) => [
      figure.id,
      {
        value: Math.round(figure.value * 1000) / 1000,
        tolerance: before[figure.id]?.tolerance ?? toleranceFor(figure),
      },
    ]);
  return { ...baseline, [model]: { ...before, ...Object.fromEntries(accepted) } };
}

/** Replaces the file. */
export function writeBaseline(baseline: Baseline, file: string): void {
  writeFileSync(file, `${JSON.stringify(baseline, null, 2)}\n`);
}
