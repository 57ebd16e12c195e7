import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { quantileOf } from './points.ts';
import { alertSeverities, type HistoryPoint } from './port.ts';

interface Measured {
  /** `undefined` where nothing happened that could be measured. */
  readonly value: number | undefined;
  /** Out of how many; absent where one is enough. */
  readonly samples?: number;
}

const share = (part: number, whole: number): Measured => ({
  value: whole === 0 ? undefined : part / whole,
  samples: whole,
});
const p95 = (counts: readonly number[]): Measured => ({
  value: quantileOf(counts, 0.95),
  samples: counts.reduce((sum, count) => sum + count, 0),
});

/** What a rule can watch, each measured over the rule's window; of several findings the worst counts. */
const alertMetrics = {
  /** Requests that end with 5xx, and questions or turns that fail. */
  errorRate: ({ counts }: HistoryPoint): readonly Measured[] => [
    share(counts.requestErrors, counts.requests),
    share(counts.answerFailures, counts.answers + counts.answerFailures),
  ],
  responseTimeP95Seconds: ({ latency }: HistoryPoint) => [p95(latency.answer)],
  firstWordP95Seconds: ({ latency }: HistoryPoint) => [p95(latency.firstWord)],
  /** Of the window, which is the last hour: a short burst is not scaled up. */
  costPerHourUsd: ({ counts, seconds }: HistoryPoint) => [
    { value: (counts.costUsd * 3_600) / Math.max(seconds, 3_600) },
  ],
  queueAgeSeconds: ({ gauges }: HistoryPoint) => [{ value: gauges.queueAgeSeconds }],
  circuitsOpen: ({ gauges }: HistoryPoint) => [
    { value: Object.values(gauges.circuits).filter((state) => state === 'open').length },
  ],
  thumbsDownShare: ({ counts }: HistoryPoint) => [
    share(counts.dislikes, counts.likes + counts.dislikes),
  ],
  notReady: ({ gauges }: HistoryPoint) => [{ value: gauges.isReady ? 0 : 1 }],
} as const satisfies Record<string, (window: HistoryPoint) => readonly Measured[]>;

const seconds = z.number().min(0).max(86_400);

const alertRule = z.strictObject({
  /** Unique; what a kept alert refers to. */
  rule: z.string().regex(/^[a-z\d-]{1,50}$/),
  title: z.string().min(1).max(200),
  metric: z.enum(Object.keys(alertMetrics) as [keyof typeof alertMetrics]),
  comparison: z.enum(['above', 'below']),
  threshold: z.number(),
  /** Over how long it is measured. */
  windowSeconds: seconds.min(1),
  /** For how long it must be broken before anybody is told. */
  forSeconds: seconds,
  /** Fewer than this say nothing. */
  leastSamples: z.int().min(1).default(1),
  severity: z.enum(alertSeverities),
  /** Which value counts as over; nine tenths of the threshold where nothing is said, so that a value at the edge does not flap. */
  clearThreshold: z.number().optional(),
  /** For how long it must be over before the alert is resolved. */
  clearForSeconds: seconds.default(120),
});

export type AlertRule = z.infer<typeof alertRule>;

const alertRules = z
  .array(alertRule)
  .refine(
    (rules) => new Set(rules.map(({ rule }) => rule)).size === rules.length,
    'each rule needs a name of its own',
  );

/** Reads the rules out of a JSON file, or those that come with the program; throws a sentence that names the mistake. */
export function readAlertRules(
  file: string = join(import.meta.dirname, 'alert-rules.json'),
): readonly AlertRule[] {
  const parsed = alertRules.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${file}: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** The value of a rule's metric within its window; `undefined` where too little happened to say. */
export function measure(rule: AlertRule, window: HistoryPoint | undefined): number | undefined {
  if (window === undefined) return undefined;
  const findings: readonly Measured[] = alertMetrics[rule.metric](window);
  const values = findings.flatMap(({ value, samples = Number.POSITIVE_INFINITY }) =>
    value === undefined || samples < rule.leastSamples ? [] : [value],
  );
  return values.length === 0 ? undefined : Math.max(...values);
}

/** Whether the value breaks the rule. */
export function isBroken({ comparison, threshold }: AlertRule, value: number): boolean {
  return comparison === 'above' ? value > threshold : value < threshold;
}

/** Whether the value is far enough on the good side for an alert to end. */
export function isClear(
  { comparison, threshold, clearThreshold }: AlertRule,
  value: number,
): boolean {
  return comparison === 'above'
    ? value <= (clearThreshold ?? threshold * 0.9)
    : value >= (clearThreshold ?? threshold * 1.1);
}
