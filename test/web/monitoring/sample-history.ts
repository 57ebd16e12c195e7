import { join } from 'node:path';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { openAlertStore } from '#services/telemetry/alert-store.ts';
import { openHistory, ringSizes } from '#services/telemetry/history.ts';
import type { HistoryPoint, HistoryRange } from '#services/telemetry/port.ts';
import { emptyTotals } from '#services/telemetry/read-series.ts';
import { openReviewQueue } from '#services/telemetry/review-queue.ts';

/** A number from 0 to 1 that is the same for the same place, so that pictures do not change by themselves. */
function noise(place: number): number {
  const value = Math.sin(place * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}

/** A point of an ordinary afternoon, with a slow spell in the middle. */
export function samplePoint(at: Date, index: number, seconds: number): HistoryPoint {
  const totals = emptyTotals();
  const scale = seconds / 10;
  const answers = Math.round((3 + 3 * noise(index)) * scale);
  const slow = noise(Math.floor(index / 12)) > 0.8 ? 2 : 0;
  const { counts, groups, latency } = totals;
  counts.requests = answers * 2;
  counts.requestErrors = noise(index + 7) > 0.93 ? 1 : 0;
  counts.turns = answers;
  counts.answers = answers;
  counts.likes = Math.round(answers * 0.25 * noise(index + 1));
  counts.dislikes = noise(index + 2) > 0.7 ? 1 : 0;
  groups.turnsByChannel = {
    msteams: Math.round(answers * 0.5),
    directline: Math.round(answers * 0.3),
    slack: Math.round(answers * 0.2),
  };
  groups.feedbackByReason = {
    ...(counts.dislikes > 0 && { [noise(index + 8) > 0.4 ? 'Too general' : 'Wrong']: 1 }),
  };
  counts.citations = answers * 2;
  counts.citationsDropped = noise(index + 3) > 0.8 ? 1 : 0;
  counts.retrievalGood = Math.round(answers * 0.8);
  counts.retrievalWeak = answers - counts.retrievalGood;
  counts.cacheHits = Math.round(answers * 0.2);
  counts.cacheMisses = answers - counts.cacheHits;
  groups.tokensByModel = {
    'gpt-4o': Math.round(answers * 2_400 * (0.8 + 0.4 * noise(index + 4))),
    'gpt-4o-mini': Math.round(answers * 700),
  };
  groups.costByModel = { 'gpt-4o': answers * 0.0094, 'gpt-4o-mini': answers * 0.0002 };
  counts.costUsd = answers * 0.0096;
  const partly = Math.round(answers * 0.15);
  groups.answersByState = {
    grounded: Math.max(0, answers - partly - 1),
    'partly-grounded': partly,
    'no-evidence': noise(index + 5) > 0.6 ? 1 : 0,
  };
  for (let each = 0; each < answers; each += 1) {
    add(latency.firstWord, 2 + Math.floor(2 * noise(index + each)) + slow);
    add(latency.answer, 4 + Math.floor(3 * noise(index + each * 3)) + slow);
    add(latency.request, 1 + Math.floor(3 * noise(index + each * 5)));
  }
  return {
    ...totals,
    at: at.toISOString(),
    seconds,
    gauges: {
      queueDepth: Math.round(4 * noise(index + 6)) + slow,
      queueAgeSeconds: slow === 0 ? 0 : 1.4,
      activeConversations: 38 + Math.round(8 * noise(Math.floor(index / 6))),
      activePeople: 31 + Math.round(6 * noise(Math.floor(index / 6))),
      waitingWrites: 0,
      isReady: true,
      residentBytes: 212_000_000,
      eventLoopDelayMs: 21,
      circuits: { model: 'closed', search: 'closed', cosmos: 'closed' },
    },
  };
}

function add(buckets: number[], index: number): void {
  buckets[index] = (buckets[index] ?? 0) + 1;
}

/** Fills a data folder with a day of figures, an alert that fires and one that is over, and answers to review. */
export async function fillDataFolder(folder: string): Promise<void> {
  const now = new Date();
  const { database } = openDatabase(join(folder, 'monitoring.sqlite'));
  openHistory({ database, now: () => now, elapsedMs: () => 0, logger: { warn: () => undefined } });
  const insert = database.prepare('INSERT INTO history_points (range, point) VALUES (?, ?)');
  for (const range of ['day', 'hour'] as const satisfies readonly HistoryRange[]) {
    const { points, seconds } = ringSizes[range];
    for (let index = points - 1; index >= 0; index -= 1) {
      const at = new Date(now.getTime() - index * seconds * 1_000);
      insert.run(range, JSON.stringify(samplePoint(at, points - index, seconds)));
    }
  }
  const alerts = openAlertStore(database);
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  const rule = {
    metric: 'firstWordP95Seconds',
    comparison: 'above',
    threshold: 3,
    muted: false,
  } as const;
  alerts.put({
    ...rule,
    id: 'sample-firing',
    rule: 'first-word',
    title: 'The first word takes longer than 3 seconds',
    severity: 'warning',
    state: 'firing',
    value: 3.42,
    startedAt: ago(4),
  });
  alerts.put({
    ...rule,
    id: 'sample-resolved',
    rule: 'circuit-open',
    title: 'A service is left alone because it keeps failing',
    metric: 'circuitsOpen',
    threshold: 0,
    severity: 'warning',
    state: 'resolved',
    value: 1,
    startedAt: ago(190),
    acknowledgedAt: ago(187),
    resolvedAt: ago(171),
  });
  const reviews = openReviewQueue(database, { now: () => now, newId: () => crypto.randomUUID() });
  database.exec('BEGIN');
  const { database: main } = openDatabase(join(folder, 'career-mentor.sqlite'));
  const conversations = createSqliteConversationStore(main);
  const asked = [
    ['ana', 'How does visa sponsorship work for AI engineers in Singapore?'],
    ['ben', 'Which companies give visa sponsorship to junior ML engineers?'],
    ['cho', 'visa sponsorship for a data scientist from outside the EU'],
    ['dee', 'Can I reach you at dee@example.org about quantum computing careers?'],
  ] as const;
  for (const [person, question] of asked) {
    const id = `directline/${person}`;
    const base = { conversationId: id, timestamp: now.toISOString(), tokensUsed: 0 };
    await conversations.appendTurn(
      {
        id,
        sessionId: person,
        userId: `directline:${person}`,
        channel: 'directline',
        userContext: {},
      },
      [
        {
          ...base,
          messageId: `q-${person}`,
          role: 'user',
          content: question,
          knowledgeSources: [],
        },
        {
          ...base,
          messageId: `a-${person}`,
          role: 'assistant',
          content: 'I looked for that and have no article on it.',
          knowledgeSources: [],
          state: 'no-evidence',
          confidenceScore: 0,
        },
      ],
    );
    reviews.add({ conversationId: id, messageId: `a-${person}`, reason: 'no-evidence' });
  }
  database.exec('COMMIT');
  main.close();
  database.close();
}
