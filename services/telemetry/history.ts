import type { DatabaseSync } from 'node:sqlite';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Logger } from '#log.ts';
import { migrate } from '#services/database/open-database.ts';
import { joinPoints, totalsBetween } from './points.ts';
import type { Gauges, History, HistoryPoint, HistoryRange } from './port.ts';
import { emptyTotals, readGauges, readTotals } from './read-series.ts';

/** How each range is kept: seconds a point, and how many points. */
export const ringSizes: Readonly<Record<HistoryRange, { seconds: number; points: number }>> = {
  hour: { seconds: 10, points: 360 },
  day: { seconds: 300, points: 288 },
  quarter: { seconds: 3_600, points: 2_208 },
};

/** Each range is made of the points of the one before it. */
const coarser = { hour: 'day', day: 'quarter', quarter: undefined } as const;

export interface KeptHistory extends History {
  /** Takes a reading and adds what happened since the last one. */
  sample(metrics: ResourceMetrics): HistoryPoint;
  /** What happened within the newest so many seconds, joined. */
  within(seconds: number): HistoryPoint | undefined;
}

export interface HistoryOptions {
  readonly database: DatabaseSync;
  readonly now: () => Date;
  /** Milliseconds on a clock that never goes back: stretches are measured on it, whatever the time of day does. */
  readonly elapsedMs: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * The history of one process in rings of fixed length, kept in the data folder so that it outlives a restart. Where it cannot
 * be written, it goes on in memory.
 */
export function openHistory({ database, now, elapsedMs, logger }: HistoryOptions): KeptHistory {
  migrate(database, {
    store: 'history',
    steps: [
      `CREATE TABLE history_points (
         number INTEGER PRIMARY KEY AUTOINCREMENT,
         range TEXT NOT NULL,
         point TEXT NOT NULL
       ) STRICT;
       CREATE INDEX history_points_by_range ON history_points (range, number)`,
    ],
  });
  const insert = database.prepare('INSERT INTO history_points (range, point) VALUES (?, ?)');
  const trim = database.prepare(
    `DELETE FROM history_points WHERE range = :range AND number <= (
       SELECT number FROM history_points WHERE range = :range ORDER BY number DESC LIMIT 1 OFFSET :kept)`,
  );
  const select = database.prepare(
    'SELECT point FROM history_points WHERE range = ? ORDER BY number DESC LIMIT ?',
  );
  const load = (range: HistoryRange) =>
    select
      .all(range, ringSizes[range].points)
      .map((row) => JSON.parse(String(row['point'])) as HistoryPoint)
      .toReversed();
  const rings = { hour: load('hour'), day: load('day'), quarter: load('quarter') };
  /** Points of each finer range that wait to become one of the coarser. */
  const waiting: Record<HistoryRange, HistoryPoint[]> = {
    hour: after(rings.hour, rings.day.at(-1)),
    day: after(rings.day, rings.quarter.at(-1)),
    quarter: [],
  };
  let before = emptyTotals();
  let beforeMs = elapsedMs();
  let mayWarn = true;

  const keep = (range: HistoryRange, point: HistoryPoint) => {
    try {
      insert.run(range, JSON.stringify(point));
      trim.run({ range, kept: ringSizes[range].points });
      mayWarn = true;
    } catch (error) {
      if (mayWarn)
        logger.warn({ err: error }, 'the history could not be written; it goes on in memory');
      mayWarn = false;
    }
  };
  const add = (range: HistoryRange, point: HistoryPoint) => {
    rings[range].push(point);
    if (rings[range].length > ringSizes[range].points) rings[range].shift();
    keep(range, point);
    const next = coarser[range];
    if (next === undefined) return;
    waiting[range].push(point);
    const seconds = waiting[range].reduce((sum, part) => sum + part.seconds, 0);
    const joined = seconds >= ringSizes[next].seconds * 0.98 && joinPoints(waiting[range]);
    if (!joined) return;
    waiting[range] = [];
    add(next, joined);
  };

  return {
    points: (range) =>
      since(rings[range], ringSizes[range].seconds * ringSizes[range].points, now()),
    sample(metrics) {
      const totals = readTotals(metrics);
      const nowMs = elapsedMs();
      const point = toPoint(
        totalsBetween(before, totals),
        readGauges(metrics),
        now(),
        (nowMs - beforeMs) / 1_000,
      );
      before = totals;
      beforeMs = nowMs;
      add('hour', point);
      return point;
    },
    within(seconds) {
      const ring = since(seconds <= 3_600 ? rings.hour : rings.day, seconds, now());
      let covered = 0;
      let from = ring.length;
      while (from > 0 && covered < seconds) {
        from -= 1;
        covered += ring[from]?.seconds ?? 0;
      }
      return joinPoints(ring.slice(from));
    },
  };
}

/** Leaves out what was kept before the program was last away for long, and what a clock that was wrong dated into the future. */
function since(points: readonly HistoryPoint[], seconds: number, now: Date): HistoryPoint[] {
  const toleranceMs = 60_000;
  const [from, to] = [now.getTime() - seconds * 1_000 - toleranceMs, now.getTime() + toleranceMs];
  return points.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to);
}

/** The points that are not yet part of the coarser one. */
function after(points: readonly HistoryPoint[], last: HistoryPoint | undefined): HistoryPoint[] {
  return last === undefined ? [...points] : points.filter(({ at }) => at > last.at);
}

function toPoint(
  totals: ReturnType<typeof totalsBetween>,
  gauges: Gauges,
  at: Date,
  seconds: number,
): HistoryPoint {
  return { ...totals, at: at.toISOString(), seconds: Math.round(seconds * 1_000) / 1_000, gauges };
}
