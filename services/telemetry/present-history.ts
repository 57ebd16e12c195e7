import { joinPoints, quantileOf } from './points.ts';
import type { HistoryPoint, PresentedPoint, Quantiles, WeekReport } from './port.ts';

/**
 * Joins points into slots of so many seconds of the day, so that a long range is drawn in few strokes; quantiles stay exact,
 * since they come from the joined buckets. The newest slot may still fill.
 */
export function presentSlots(points: readonly HistoryPoint[], seconds: number): PresentedPoint[] {
  const slotOf = ({ at }: HistoryPoint) =>
    new Date(Math.floor((Date.parse(at) - 1) / (seconds * 1_000)) * seconds * 1_000).toISOString();
  return [...Map.groupBy(points, slotOf)].flatMap(([slot, ofSlot]) => {
    const joined = joinPoints(ofSlot);
    return joined === undefined ? [] : [{ ...presentPoint(joined), slot }];
  });
}

/** Gives a point the form that the dashboard draws. */
export function presentPoint(point: HistoryPoint): PresentedPoint {
  const { latency, counts, seconds } = point;
  return {
    ...point,
    slot: new Date(Date.parse(point.at) - seconds * 1_000).toISOString(),
    requestsPerMinute: seconds === 0 ? 0 : round((counts.requests / seconds) * 60),
    latency: {
      request: quantilesOf(latency.request),
      answer: quantilesOf(latency.answer),
      firstWord: quantilesOf(latency.firstWord),
    },
  };
}

function quantilesOf(buckets: readonly number[]): Quantiles {
  const at = (share: number) => {
    const value = quantileOf(buckets, share);
    return value === undefined ? null : round(value);
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

const round = (value: number) => Math.round(value * 1_000) / 1_000;

/** A report for each week of which anything is kept, the newest first. */
export function reportWeeks(points: readonly HistoryPoint[]): WeekReport[] {
  const byWeek = Map.groupBy(points, ({ at }) => mondayOf(at));
  return [...byWeek]
    .toSorted(([left], [right]) => right.localeCompare(left))
    .flatMap(([week, ofWeek]) => {
      const whole = joinPoints(ofWeek);
      return whole === undefined ? [] : [reportOf(week, whole)];
    });
}

function reportOf(week: string, { counts, groups, latency }: HistoryPoint): WeekReport {
  const share = (part: number, all: number) => (all === 0 ? null : round(part / all));
  const { answers, citations, retrievalGood } = counts;
  const state = (name: string) => groups.answersByState[name] ?? 0;
  /** A greeting, or what the mentor does not talk about, rests on nothing and need not. */
  const owedSources = answers - state('declined');
  return {
    week,
    questions: answers + counts.answerFailures,
    groundedShare: share(state('grounded'), owedSources),
    noEvidenceShare: share(state('no-evidence'), owedSources),
    failedShare: share(counts.answerFailures, answers + counts.answerFailures),
    thumbsUp: counts.likes,
    thumbsDown: counts.dislikes,
    citationsVerifiedShare: share(citations, citations + counts.citationsDropped),
    retrievalGoodShare: share(
      retrievalGood,
      retrievalGood + counts.retrievalWeak + counts.retrievalNone,
    ),
    firstWordP95Seconds: quantilesOf(latency.firstWord).p95,
    answerP95Seconds: quantilesOf(latency.answer).p95,
    costUsd: round(counts.costUsd),
    tokensByModel: groups.tokensByModel,
  };
}

function mondayOf(at: string): string {
  const day = new Date(at);
  const sinceMonday = (day.getUTCDay() + 6) % 7;
  day.setUTCDate(day.getUTCDate() - sinceMonday);
  return day.toISOString().slice(0, 10);
}
