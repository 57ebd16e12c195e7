import { z } from 'zod';
import { defineOperation } from '#api/v1/operation.ts';
import { identifier } from '#api/v1/schemas/common.ts';
import { alertSeverities, historyRanges, reviewReasons } from '#services/telemetry/port.ts';

const alert = z
  .object({
    id: z.string(),
    rule: z.string(),
    title: z.string(),
    severity: z.enum(alertSeverities),
    state: z.enum(['firing', 'acknowledged', 'resolved']),
    metric: z.string(),
    comparison: z.enum(['above', 'below']),
    threshold: z.number(),
    value: z.number(),
    startedAt: z.string(),
    acknowledgedAt: z.string().optional(),
    resolvedAt: z.string().optional(),
    muted: z.boolean(),
  })
  .meta({ id: 'Alert' });

const review = z
  .object({
    id: z.string(),
    reason: z.enum(reviewReasons),
    at: z.string(),
    state: z.string().nullable(),
    question: z.string(),
    answer: z.string(),
    feedback: z.string().nullable(),
    sources: z.array(z.string()),
  })
  .meta({ id: 'Review' });

const share = z.number().nullable();
const week = z
  .object({
    week: z.string(),
    questions: z.number(),
    groundedShare: share,
    noEvidenceShare: share,
    failedShare: share,
    thumbsUp: z.number(),
    thumbsDown: z.number(),
    citationsVerifiedShare: share,
    retrievalGoodShare: share,
    firstWordP95Seconds: share,
    answerP95Seconds: share,
    costUsd: z.number(),
    tokensByModel: z.record(z.string(), z.number()),
  })
  .meta({ id: 'WeekReport' });

const maintenance = z.object({ until: z.string().nullable() });

const shared = { tag: 'administration', permission: 'admin', countsAs: 'read' } as const;
const ofOne = z.object({ id: identifier });

/** What administrators ask the monitoring beside the dashboard's socket. */
export const monitoringOperations = {
  listAlerts: defineOperation({
    ...shared,
    id: 'listAlerts',
    method: 'get',
    path: '/monitoring/alerts',
    summary: 'Alerts under way, then those that are over',
    success: {
      status: 200,
      description: 'The alerts.',
      schema: z.object({ alerts: z.array(alert) }),
    },
    errors: [],
  }),
  acknowledgeAlert: defineOperation({
    ...shared,
    id: 'acknowledgeAlert',
    method: 'post',
    path: '/monitoring/alerts/{id}/acknowledge',
    summary: 'Say that you look after an alert',
    params: ofOne,
    success: { status: 200, description: 'The alert as it is now.', schema: alert },
    errors: ['not-found'],
  }),
  setMaintenance: defineOperation({
    ...shared,
    id: 'setMaintenance',
    method: 'post',
    path: '/monitoring/maintenance',
    summary: 'Tell nobody of alerts for some minutes; 0 ends it',
    body: z.strictObject({ minutes: z.int().min(0).max(1_440) }),
    success: { status: 200, description: 'Until when.', schema: maintenance },
    errors: [],
  }),
  exportHistory: defineOperation({
    ...shared,
    id: 'exportHistory',
    method: 'get',
    path: '/monitoring/history.csv',
    summary: 'The figures of the dashboard as CSV',
    query: z.object({ range: z.enum(historyRanges).default('hour') }),
    success: { status: 200, description: 'One line a point.', mediaType: 'text/csv' },
    errors: [],
  }),
  listTopics: defineOperation({
    ...shared,
    id: 'listTopics',
    method: 'get',
    path: '/monitoring/topics',
    summary: 'What people asked and did not find, by topic',
    success: {
      status: 200,
      description: 'Topics that several people share.',
      schema: z.object({
        minimumPeople: z.number(),
        topics: z.array(z.object({ words: z.string(), questions: z.number(), people: z.number() })),
      }),
    },
    errors: [],
  }),
  listReviews: defineOperation({
    ...shared,
    id: 'listReviews',
    method: 'get',
    path: '/monitoring/reviews',
    summary: 'Answers that somebody should look at',
    success: {
      status: 200,
      description: 'The newest first.',
      schema: z.object({ reviews: z.array(review) }),
    },
    errors: [],
  }),
  settleReview: defineOperation({
    ...shared,
    id: 'settleReview',
    method: 'post',
    path: '/monitoring/reviews/{id}',
    summary: 'Turn a reviewed answer into an evaluation case, or dismiss it',
    params: ofOne,
    body: z.strictObject({ action: z.enum(['case', 'dismiss']) }),
    success: { status: 204, description: 'It is done.' },
    errors: ['not-found'],
  }),
  reportQuality: defineOperation({
    ...shared,
    id: 'reportQuality',
    method: 'get',
    path: '/monitoring/report',
    summary: 'How each week was',
    success: {
      status: 200,
      description: 'The newest first.',
      schema: z.object({ weeks: z.array(week) }),
    },
    errors: [],
  }),
} as const;
