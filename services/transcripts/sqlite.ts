import type { DatabaseSync } from 'node:sqlite';
import type { Activity, PagedResult } from 'botbuilder';
import { MentorError } from '#errors.ts';
import { sharedGroupCommit } from '#services/database/group-commit.ts';
import { leaveNoTrace } from '#services/database/leave-no-trace.ts';
import { type Migrations, migrate } from '#services/database/open-database.ts';
import { runQuery } from '#services/database/run-query.ts';
import type { TranscriptStore } from './port.ts';

const migrations: Migrations = {
  store: 'transcripts',
  steps: [
    `CREATE TABLE transcripts (
       number INTEGER PRIMARY KEY AUTOINCREMENT,
       channel_id TEXT NOT NULL,
       conversation_id TEXT NOT NULL,
       created_ms INTEGER NOT NULL,
       UNIQUE (channel_id, conversation_id)
     ) STRICT;
     CREATE INDEX transcripts_by_creation ON transcripts (channel_id, created_ms, number);
     CREATE TABLE transcript_activities (
       number INTEGER PRIMARY KEY AUTOINCREMENT,
       transcript INTEGER NOT NULL REFERENCES transcripts (number) ON DELETE CASCADE,
       activity_id TEXT,
       timestamp_ms INTEGER NOT NULL,
       activity TEXT NOT NULL,
       UNIQUE (transcript, activity_id)
     ) STRICT;
     CREATE INDEX transcript_activities_by_time ON transcript_activities (transcript, timestamp_ms, number);`,
  ],
};

const pageSize = 20;

/**
 * Keeps Bot Framework transcripts in an opened SQLite database. An activity logged again under the same id replaces the
 * one before; one without a usable timestamp counts as sent when it was logged. The last page's token is empty.
 */
export function createSqliteTranscriptStore(
  database: DatabaseSync,
  now: () => Date = () => new Date(),
): TranscriptStore {
  migrate(database, migrations);
  const statements = prepareStatements(database);
  const commits = sharedGroupCommit(database);

  const log = (activity: Activity) => {
    const timestampMs = timeOf(activity) ?? now().getTime();
    const transcript = statements.upsertTranscript.get(
      activity.channelId,
      activity.conversation.id,
      timestampMs,
    ) as { number: number };
    statements.upsertActivity.run(
      transcript.number,
      activity.id ?? null,
      timestampMs,
      JSON.stringify(activity),
    );
  };

  return {
    logActivity: (activity) =>
      commits.write(() => {
        if (!activity) throw new Error('activity cannot be null for logActivity()');
        requireIds(activity.channelId, activity.conversation?.id);
        log(activity);
      }),
    getTranscriptActivities: (channelId, conversationId, continuationToken, startDate) =>
      runQuery(() => {
        requireIds(channelId, conversationId);
        const { timeMs, number } = readToken(continuationToken);
        const rows = statements.selectActivities.all(
          channelId,
          conversationId,
          startDate?.getTime() ?? Number.MIN_SAFE_INTEGER,
          timeMs,
          number,
        );
        return toPage(rows as unknown as ActivityRow[], (row) => reviveActivity(row.activity));
      }),
    listTranscripts: (channelId, continuationToken) =>
      runQuery(() => {
        requireIds(channelId);
        const { timeMs, number } = readToken(continuationToken);
        const rows = statements.selectTranscripts.all(channelId, timeMs, number);
        return toPage(rows as unknown as TranscriptRow[], (row) => ({
          channelId,
          id: row.conversation_id,
          created: new Date(row.time_ms),
        }));
      }),
    deleteTranscript: (channelId, conversationId) =>
      runQuery(() => {
        requireIds(channelId, conversationId);
        statements.removeTranscript.run(channelId, conversationId);
        leaveNoTrace(database);
      }),
  };
}

function prepareStatements(database: DatabaseSync) {
  return {
    upsertTranscript: database.prepare(
      `INSERT INTO transcripts (channel_id, conversation_id, created_ms) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET created_ms = min(created_ms, excluded.created_ms) RETURNING number`,
    ),
    upsertActivity: database.prepare(
      `INSERT INTO transcript_activities (transcript, activity_id, timestamp_ms, activity) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET timestamp_ms = excluded.timestamp_ms, activity = excluded.activity`,
    ),
    selectActivities: database.prepare(
      `SELECT number, timestamp_ms AS time_ms, activity FROM transcript_activities
       WHERE transcript = (SELECT number FROM transcripts WHERE channel_id = ? AND conversation_id = ?)
         AND timestamp_ms >= ? AND (timestamp_ms, number) > (?, ?)
       ORDER BY timestamp_ms, number LIMIT ${pageSize + 1}`,
    ),
    selectTranscripts: database.prepare(
      `SELECT number, created_ms AS time_ms, conversation_id FROM transcripts
       WHERE channel_id = ? AND (created_ms, number) > (?, ?)
       ORDER BY created_ms, number LIMIT ${pageSize + 1}`,
    ),
    removeTranscript: database.prepare(
      'DELETE FROM transcripts WHERE channel_id = ? AND conversation_id = ?',
    ),
  };
}

/** A row's place in the order. */
interface Row {
  readonly number: number;
  readonly time_ms: number;
}

interface ActivityRow extends Row {
  readonly activity: string;
}

interface TranscriptRow extends Row {
  readonly conversation_id: string;
}

/** The rows hold one more than a page where there is a next page. */
function toPage<PageRow extends Row, Item>(
  rows: readonly PageRow[],
  toItem: (row: PageRow) => Item,
): PagedResult<Item> {
  const page = rows.slice(0, pageSize);
  const last = rows.length > pageSize ? page.at(-1) : undefined;
  return {
    items: page.map(toItem),
    continuationToken: last ? `${last.time_ms}.${last.number}` : '',
  };
}

/** A token names the last row of the page before by its place in the order, so it holds even where that row is gone. */
function readToken(token: string | undefined): { timeMs: number; number: number } {
  if (!token) return { timeMs: Number.MIN_SAFE_INTEGER, number: 0 };
  const match = /^(-?\d{1,16})\.(\d{1,16})$/.exec(token);
  if (!match)
    throw new MentorError('request-invalid', 'The continuation token is not one of a transcript.');
  return { timeMs: Number(match[1]), number: Number(match[2]) };
}

function requireIds(channelId: string, ...conversationIds: readonly (string | undefined)[]): void {
  if (!channelId) throw new Error('Missing channelId');
  if (conversationIds.some((id) => !id)) throw new Error('Missing conversationId');
}

function timeOf(activity: Activity): number | undefined {
  if (!activity.timestamp) return undefined;
  // An activity that came over the wire may still carry its timestamp as text.
  const timeMs = new Date(activity.timestamp).getTime();
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** The fields that the SDK's own reader of incoming activities turns into dates. */
const dateFields = ['timestamp', 'localTimestamp', 'expiration'] as const;

function reviveActivity(json: string): Activity {
  const activity: Activity = JSON.parse(json);
  for (const field of dateFields) if (activity[field]) activity[field] = new Date(activity[field]);
  return activity;
}

/** Removes the transcripts whose last activity was before the moment; gives their names, for what belongs to them elsewhere. */
export function removeIdleTranscripts(
  database: DatabaseSync,
  before: Date,
): { readonly channelId: string; readonly conversationId: string }[] {
  const rows = database
    .prepare(
      `DELETE FROM transcripts WHERE number NOT IN
         (SELECT transcript FROM transcript_activities WHERE timestamp_ms >= ?)
       RETURNING channel_id AS channelId, conversation_id AS conversationId`,
    )
    .all(before.getTime());
  return rows as unknown as { channelId: string; conversationId: string }[];
}
