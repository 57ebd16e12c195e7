import {
  type CountName,
  countNames,
  type GroupName,
  groupNames,
  type HistoryPoint,
  type LatencyName,
  latencyBoundsSeconds,
  latencyNames,
} from './port.ts';
import { emptyTotals, type Totals } from './read-series.ts';

/** What was counted between two readings; a count that went back, as after a restart, counts from nothing. */
export function totalsBetween(before: Totals, now: Totals): Totals {
  const grown = (to: number, from = 0) => (to >= from ? to - from : to);
  const counts = mapNames<CountName, number>(countNames, (name) =>
    grown(now.counts[name], before.counts[name]),
  );
  const groups = mapNames<GroupName, Record<string, number>>(groupNames, (name) =>
    Object.fromEntries(
      Object.entries(now.groups[name])
        .map(([key, value]) => [key, grown(value, before.groups[name][key])] as const)
        .filter(([, value]) => value > 0),
    ),
  );
  const latency = mapNames<LatencyName, number[]>(latencyNames, (name) =>
    now.latency[name].map((count, index) => grown(count, before.latency[name][index])),
  );
  return { counts, groups, latency };
}

/** Joins points of one stretch of time, oldest first, into one; `undefined` where there are none. */
export function joinPoints(points: readonly HistoryPoint[]): HistoryPoint | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const sum = emptyTotals();
  for (const point of points) addPoint(sum, point);
  const seconds = points.reduce((total, point) => total + point.seconds, 0);
  return { ...sum, at: last.at, seconds, gauges: last.gauges };
}

function addPoint(sum: Totals, point: HistoryPoint): void {
  for (const name of countNames) sum.counts[name] += point.counts[name];
  for (const name of groupNames)
    for (const [key, value] of Object.entries(point.groups[name]))
      sum.groups[name][key] = (sum.groups[name][key] ?? 0) + value;
  for (const name of latencyNames)
    for (const [index, count] of point.latency[name].entries())
      sum.latency[name][index] = (sum.latency[name][index] ?? 0) + count;
}

/**
 * The value below which the share of all lies, from bucket counts, in seconds: within a bucket it is taken to grow evenly, as
 * Prometheus' histogram_quantile does. `undefined` where nothing was counted.
 */
export function quantileOf(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const wanted = share * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= wanted) {
      const from = latencyBoundsSeconds[index - 1] ?? 0;
      const to = latencyBoundsSeconds[index];
      // What took longer than the last bound took at least that.
      return to === undefined ? from : from + (to - from) * ((wanted - below) / count);
    }
    below += count;
  }
  return latencyBoundsSeconds.at(-1);
}

function mapNames<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}
