import { availableParallelism, cpus } from 'node:os';
import { type Figure, quantile } from './figures.ts';
import type { SearchPoint } from './measure-search.ts';
import type { ImportCost } from './profile-start.ts';
import type { PartShare } from './profile-turns.ts';
import type { BenchResult } from './run-bench.ts';
import type { LongResult } from './run-long.ts';

/** When and on what something was measured. */
export interface Measured {
  readonly day: string;
  readonly machine: string;
}

/** What is kept of a series of times. */
export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
}

/** A point with every series of it as its quantiles. */
type Summary<Point> = {
  readonly [Key in keyof Point]: Point[Key] extends readonly number[] | undefined
    ? Quantiles
    : Point[Key];
};

export type SearchSummary = Summary<SearchPoint>;

/** One load as it is kept: the median of its rounds. */
export interface LoadSummary {
  readonly people: number;
  readonly turnsPerSecond: number;
}

/** What is kept of a run of the bench: enough to write the page again. */
export interface BenchRecord {
  readonly measured: Measured;
  readonly figures: readonly Figure[];
  readonly turns: { readonly [bot: string]: readonly LoadSummary[] };
  readonly search: readonly SearchSummary[];
  readonly profile: readonly PartShare[];
  readonly importCosts: readonly ImportCost[];
  readonly firstStartMs: number;
}

/** What is kept of a run of the long part. */
export interface LongRecord extends LongResult {
  readonly measured: Measured;
}

/** What was measured now, here, without what only the measuring needed. */
export function recordOf({ turns, search, ...rest }: BenchResult, measured: Measured): BenchRecord {
  const loads = Object.entries(turns).map(([bot, figures]) => [
    bot,
    figures.map(({ people, turnsPerSecond }) => ({
      people,
      turnsPerSecond: quantile(0.5, turnsPerSecond),
    })),
  ]);
  return { measured, ...rest, turns: Object.fromEntries(loads), search: search.map(summaryOf) };
}

export function measuredNow(): Measured {
  const processor = cpus()[0]?.model ?? 'unknown';
  return {
    day: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores (${processor}), Node ${process.version}, ${process.platform}`,
  };
}

function summaryOf<Point extends object>(point: Point): Summary<Point> {
  const fields = Object.entries(point).map(([name, value]) => [
    name,
    Array.isArray(value) ? { p50: quantile(0.5, value), p95: quantile(0.95, value) } : value,
  ]);
  return Object.fromEntries(fields) as Summary<Point>;
}
