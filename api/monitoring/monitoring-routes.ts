import { RequestProblem } from '#api/problem.ts';
import { type Route, route } from '#api/v1/operation.ts';
import type {
  Alerts,
  HistoryRange,
  PresentedPoint,
  Quantiles,
  WeekReport,
} from '#services/telemetry/port.ts';
import { monitoringOperations as operations } from './operations.ts';
import type { createReviews } from './reviews.ts';
import { toCsv } from './to-csv.ts';

export interface MonitoringRoutesOptions {
  readonly alerts: Alerts;
  readonly points: (range: HistoryRange) => readonly PresentedPoint[];
  readonly weeks: () => readonly WeekReport[];
  readonly reviews: ReturnType<typeof createReviews>;
  /** Groups questions by what several people share. */
  readonly groupByTopic: (
    questions: readonly { readonly text: string; readonly personKey: string }[],
  ) => readonly { readonly words: string; readonly questions: number; readonly people: number }[];
  /** Fewer people than this are no topic. */
  readonly minimumPeople: number;
  readonly redact: (text: string) => string;
  /** Called after an alert or the maintenance was changed. */
  readonly onChange: () => void;
}

/** How many entries one page of reviews has, and how many questions the topics are made of. */
const mostReviews = 50;
const mostQuestions = 200;

/** Answers what the dashboard asks beside its socket. */
export function monitoringRoutes(options: MonitoringRoutesOptions): Route[] {
  return [...alertRoutes(options), ...historyRoutes(options), ...reviewRoutes(options)];
}

function alertRoutes({ alerts, onChange }: MonitoringRoutesOptions): Route[] {
  return [
    route(operations.listAlerts, async () => ({
      body: { alerts: alerts.list().map((alert) => ({ ...alert })) },
    })),
    route(operations.acknowledgeAlert, async ({ params }) => {
      const alert = alerts.acknowledge(params.id);
      if (alert === undefined) throw new RequestProblem('not-found');
      onChange();
      return { body: { ...alert } };
    }),
    route(operations.setMaintenance, async ({ body }) => {
      alerts.setMaintenance(body.minutes);
      onChange();
      return { body: { until: alerts.maintenanceUntil() ?? null } };
    }),
  ];
}

function historyRoutes({ points, weeks }: MonitoringRoutesOptions): Route[] {
  return [
    route(operations.exportHistory, async ({ query, response }) => {
      const text = csvOf(points(query.range));
      response.sendRaw(200, text, {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Length': String(Buffer.byteLength(text)),
        'Content-Disposition': `attachment; filename="career-mentor-${query.range}.csv"`,
      });
      return undefined;
    }),
    route(operations.reportQuality, async () => ({
      body: {
        weeks: weeks().map((week) => ({ ...week, tokensByModel: { ...week.tokensByModel } })),
      },
    })),
  ];
}

function reviewRoutes(options: MonitoringRoutesOptions): Route[] {
  const { reviews, redact, minimumPeople } = options;
  return [
    route(operations.listTopics, async () => ({
      body: {
        minimumPeople,
        topics: options
          .groupByTopic(await reviews.questions(mostQuestions))
          .map((topic) => ({ ...topic })),
      },
    })),
    route(operations.listReviews, async () => ({
      body: {
        reviews: (await reviews.open(mostReviews)).map(({ entry, question, answer }) => ({
          id: entry.id,
          reason: entry.reason,
          at: entry.at,
          state: answer.state ?? null,
          question,
          answer: redact(answer.content),
          feedback: answer.feedback?.reason === undefined ? null : redact(answer.feedback.reason),
          sources: answer.knowledgeSources.map(({ title }) => title),
        })),
      },
    })),
    route(operations.settleReview, async ({ params, body }) => {
      const isDone =
        body.action === 'case' ? await reviews.makeCase(params.id) : reviews.dismiss(params.id);
      if (!isDone) throw new RequestProblem('not-found');
      return {};
    }),
  ];
}

const csvColumns: readonly (readonly [
  string,
  (point: PresentedPoint) => string | number | null,
])[] = [
  ['at', ({ at }) => at],
  ['seconds', ({ seconds }) => seconds],
  ['requests_per_minute', ({ requestsPerMinute }) => requestsPerMinute],
  ['requests', ({ counts }) => counts.requests],
  ['request_errors', ({ counts }) => counts.requestErrors],
  ...quantileColumns('request', ({ latency }) => latency.request),
  ['turns', ({ counts }) => counts.turns],
  ['answers', ({ counts }) => counts.answers],
  ['answer_failures', ({ counts }) => counts.answerFailures],
  ...quantileColumns('answer', ({ latency }) => latency.answer),
  ...quantileColumns('first_word', ({ latency }) => latency.firstWord),
  ['tokens', ({ groups }) => sumOf(groups.tokensByModel)],
  ['cost_usd', ({ counts }) => counts.costUsd],
  ['grounded', ({ groups }) => groups.answersByState['grounded'] ?? 0],
  ['partly_grounded', ({ groups }) => groups.answersByState['partly-grounded'] ?? 0],
  ['no_evidence', ({ groups }) => groups.answersByState['no-evidence'] ?? 0],
  ['declined', ({ groups }) => groups.answersByState['declined'] ?? 0],
  ['degraded', ({ groups }) => groups.answersByState['degraded'] ?? 0],
  ['thumbs_up', ({ counts }) => counts.likes],
  ['thumbs_down', ({ counts }) => counts.dislikes],
  ['retrieval_good', ({ counts }) => counts.retrievalGood],
  ['retrieval_weak', ({ counts }) => counts.retrievalWeak],
  ['retrieval_none', ({ counts }) => counts.retrievalNone],
  ['cache_hits', ({ counts }) => counts.cacheHits],
  ['cache_misses', ({ counts }) => counts.cacheMisses],
  ['queue_depth', ({ gauges }) => gauges.queueDepth],
  ['queue_age_seconds', ({ gauges }) => gauges.queueAgeSeconds],
  ['active_people', ({ gauges }) => gauges.activePeople],
  ['resident_bytes', ({ gauges }) => gauges.residentBytes],
];

function quantileColumns(name: string, read: (point: PresentedPoint) => Quantiles) {
  return (['p50', 'p95', 'p99'] as const).map(
    (key) => [`${name}_${key}_seconds`, (point: PresentedPoint) => read(point)[key]] as const,
  );
}

function csvOf(points: readonly PresentedPoint[]): string {
  return toCsv(
    csvColumns.map(([name]) => name),
    points.map((point) => csvColumns.map(([, read]) => read(point))),
  );
}

function sumOf(group: Readonly<Record<string, number>>): number {
  return Object.values(group).reduce((sum, value) => sum + value, 0);
}
