import type { DatabaseSync } from 'node:sqlite';
import { MentorError } from '#errors.ts';
import { sharedGroupCommit } from '#services/database/group-commit.ts';
import { leaveNoTrace } from '#services/database/leave-no-trace.ts';
import { type Migrations, migrate } from '#services/database/open-database.ts';
import { runQuery } from '#services/database/run-query.ts';
import type { ActivityLog, LoggedActivity, LoggedConversation } from './port.ts';

const migrations: Migrations = {
  store: 'activity-log',
  steps: [
    // last_sequence is kept, not computed from the activities, so that a removed activity's number is never given again.
    `CREATE TABLE logged_conversations (
       number INTEGER PRIMARY KEY,
       conversation_id TEXT NOT NULL UNIQUE,
       user_id TEXT NOT NULL,
       created_at TEXT NOT NULL,
       last_sequence INTEGER NOT NULL DEFAULT 0
     ) STRICT;
     CREATE INDEX logged_conversations_by_user ON logged_conversations (user_id, created_at);
     CREATE TABLE logged_activities (
       conversation_id TEXT NOT NULL REFERENCES logged_conversations (conversation_id) ON DELETE CASCADE,
       sequence INTEGER NOT NULL,
       activity_id TEXT NOT NULL,
       activity TEXT NOT NULL,
       PRIMARY KEY (conversation_id, sequence),
       UNIQUE (conversation_id, activity_id)
     ) STRICT;`,
  ],
};

/** Keeps the activity log in an opened SQLite database; appending to a conversation that was never created rejects with `not-found`. */
export function createSqliteActivityLog(database: DatabaseSync): ActivityLog {
  migrate(database, migrations);
  const statements = prepareStatements(database);
  const commits = sharedGroupCommit(database);

  const selectConversation = (conversationId: string) => {
    const row = statements.selectConversation.get(conversationId) as ConversationRow | undefined;
    return row && toConversation(row);
  };

  const append = (conversationId: string, activity: LoggedActivity): number => {
    const { id } = activity;
    const known = statements.selectSequence.get(conversationId, id) as SequenceRow | undefined;
    if (known) return known.sequence;
    const next = statements.nextSequence.get(conversationId) as SequenceRow | undefined;
    if (!next)
      throw new MentorError('not-found', 'There is no such conversation to add an activity to.', {
        details: { conversationId },
      });
    statements.insertActivity.run(conversationId, next.sequence, id, JSON.stringify(activity));
    return next.sequence;
  };

  return {
    create: ({ conversationId, userId, createdAt }) =>
      runQuery(() => {
        statements.insertConversation.run(conversationId, userId, createdAt);
        if (selectConversation(conversationId)?.userId !== userId)
          throw new MentorError('not-allowed', 'This conversation belongs to another person.', {
            details: { conversationId },
          });
      }),
    get: (conversationId) => runQuery(() => selectConversation(conversationId)),
    list: (userId) =>
      runQuery(() =>
        (statements.listConversations.all(userId) as unknown as ConversationRow[]).map(
          toConversation,
        ),
      ),
    append: (conversationId, activity) => commits.write(() => append(conversationId, activity)),
    readAfter: (conversationId, sequence) =>
      runQuery(() =>
        (statements.selectAfter.all(conversationId, sequence) as unknown as ActivityRow[]).map(
          (row) => ({
            sequence: row.sequence,
            activity: JSON.parse(row.activity) as LoggedActivity,
          }),
        ),
      ),
    replace: (conversationId, activityId, activity) =>
      runQuery(() => {
        const { changes } =
          activity === undefined
            ? statements.removeActivity.run(conversationId, activityId)
            : statements.updateActivity.run(
                activity.id,
                JSON.stringify(activity),
                conversationId,
                activityId,
              );
        return Number(changes) > 0;
      }),
    deleteUser: (userId) =>
      runQuery(() => {
        const { changes } = statements.removeUser.run(userId);
        leaveNoTrace(database);
        return Number(changes);
      }),
  };
}

function prepareStatements(database: DatabaseSync) {
  return {
    insertConversation: database.prepare(
      'INSERT INTO logged_conversations (conversation_id, user_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    selectConversation: database.prepare(
      'SELECT * FROM logged_conversations WHERE conversation_id = ?',
    ),
    listConversations: database.prepare(
      'SELECT * FROM logged_conversations WHERE user_id = ? ORDER BY created_at DESC, number DESC',
    ),
    removeUser: database.prepare('DELETE FROM logged_conversations WHERE user_id = ?'),
    nextSequence: database.prepare(
      'UPDATE logged_conversations SET last_sequence = last_sequence + 1 WHERE conversation_id = ? RETURNING last_sequence AS sequence',
    ),
    selectSequence: database.prepare(
      'SELECT sequence FROM logged_activities WHERE conversation_id = ? AND activity_id = ?',
    ),
    insertActivity: database.prepare(
      'INSERT INTO logged_activities (conversation_id, sequence, activity_id, activity) VALUES (?, ?, ?, ?)',
    ),
    selectAfter: database.prepare(
      'SELECT sequence, activity FROM logged_activities WHERE conversation_id = ? AND sequence > ? ORDER BY sequence',
    ),
    updateActivity: database.prepare(
      'UPDATE logged_activities SET activity_id = ?, activity = ? WHERE conversation_id = ? AND activity_id = ?',
    ),
    removeActivity: database.prepare(
      'DELETE FROM logged_activities WHERE conversation_id = ? AND activity_id = ?',
    ),
  };
}

interface ConversationRow {
  readonly conversation_id: string;
  readonly user_id: string;
  readonly created_at: string;
  readonly last_sequence: number;
}

interface SequenceRow {
  readonly sequence: number;
}

interface ActivityRow extends SequenceRow {
  readonly activity: string;
}

function toConversation(row: ConversationRow): LoggedConversation {
  return {
    conversationId: row.conversation_id,
    userId: row.user_id,
    createdAt: row.created_at,
    lastSequence: row.last_sequence,
  };
}

/** Removes the conversations in which nothing was said since the moment; gives how many there were. */
export function removeIdleLogs(database: DatabaseSync, before: Date): number {
  const since = before.toISOString();
  const { changes } = database
    .prepare(
      `DELETE FROM logged_conversations WHERE created_at < ? AND conversation_id NOT IN
         (SELECT conversation_id FROM logged_activities WHERE activity ->> '$.timestamp' >= ?)`,
    )
    .run(since, since);
  return Number(changes);
}
