import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { type Evaluation, figuresOf } from './evaluation.ts';

const entrySchema = z.strictObject({
  /** ISO 8601, UTC. */
  date: z.string(),
  /** What had changed since the entry before. */
  note: z.string(),
  model: z.string(),
  figures: z.record(z.string(), z.number()),
});

/** What one recorded run measured. */
export type HistoryEntry = z.infer<typeof entrySchema>;

const historyFile = new URL('history.json', import.meta.url);

/** The recorded runs, oldest first. */
export function readHistory(): HistoryEntry[] {
  return z.array(entrySchema).parse(JSON.parse(readFileSync(historyFile, 'utf8')));
}

/** The history with this run at its end. */
export function withRun(
  history: readonly HistoryEntry[],
  evaluation: Evaluation,
  note: string,
): HistoryEntry[] {
  const figures = figuresOf(evaluation)
    .filter((figure) => figure.isInformative !== true)
    .map(({ id, value }) => [id, Math.round(value * 1000) / 1000]);
  const { date, model } = evaluation;
  return [...history, { date, note, model, figures: Object.fromEntries(figures) }];
}

export function writeHistory(history: readonly HistoryEntry[]): void {
  writeFileSync(historyFile, `${JSON.stringify(history, null, 2)}\n`);
}
