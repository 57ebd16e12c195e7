import type { DatabaseSync } from 'node:sqlite';
import { MentorError } from '#errors.ts';
import { sharedGroupCommit } from '#services/database/group-commit.ts';
import { leaveNoTrace } from '#services/database/leave-no-trace.ts';
import { inTransaction, type Migrations, migrate } from '#services/database/open-database.ts';
import { runQuery } from '#services/database/run-query.ts';
import type { Conversation, ConversationStore, Feedback, Message, MessagePage } from './port.ts';
import { countMessages, countReaction, newestTimestamp } from './turn-counters.ts';

const migrations: Migrations = {
  store: 'conversations',
  steps: [
    `CREATE TABLE conversations (
       number INTEGER PRIMARY KEY,
       id TEXT NOT NULL UNIQUE,
       session_id TEXT NOT NULL,
       user_id TEXT NOT NULL,
       channel TEXT NOT NULL,
       created_at TEXT NOT NULL,
       updated_at TEXT NOT NULL,
       user_context TEXT NOT NULL,
       conversation_summary TEXT,
       total_messages INTEGER NOT NULL DEFAULT 0,
       total_tokens_used INTEGER NOT NULL DEFAULT 0,
       questions INTEGER NOT NULL DEFAULT 0,
       likes INTEGER NOT NULL DEFAULT 0,
       dislikes INTEGER NOT NULL DEFAULT 0
     ) STRICT;
     CREATE INDEX conversations_by_user ON conversations (user_id, updated_at);
     CREATE TABLE messages (
       sequence INTEGER PRIMARY KEY AUTOINCREMENT,
       conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
       message_id TEXT NOT NULL,
       message TEXT NOT NULL,
       UNIQUE (conversation_id, message_id)
     ) STRICT;
     CREATE INDEX messages_by_conversation ON messages (conversation_id, sequence);`,
    'ALTER TABLE conversations ADD COLUMN satisfaction_score REAL',
  ],
};

const defaultPageSize = 50;

/**
 * Keeps conversations in an opened SQLite database. `updatedAt` is the newest message's timestamp, or `now` where a turn
 * has no message.
 */
export function createSqliteConversationStore(
  database: DatabaseSync,
  now: () => Date = () => new Date(),
): ConversationStore {
  migrate(database, migrations);
  const statements = prepareStatements(database);
  const commits = sharedGroupCommit(database);

  return {
    get: (conversationId) => runQuery(() => selectConversation(statements, conversationId)),
    appendTurn: (conversation, messages) =>
      commits.write(() => appendTurn(statements, conversation, messages, now)),
    listMessages: (conversationId, { limit = defaultPageSize, before } = {}) =>
      runQuery(() => {
        requireLimit(limit);
        const rows = statements.listMessages.all(conversationId, readCursor(before), limit + 1);
        return toPage(rows as unknown as MessageRow[], limit);
      }),
    listConversations: (userId) =>
      runQuery(() =>
        (statements.listConversations.all(userId) as unknown as ConversationRow[]).map(
          toConversation,
        ),
      ),
    setFeedback: (conversationId, messageId, feedback) =>
      runQuery(() =>
        inTransaction(database, () => setFeedback(statements, conversationId, messageId, feedback)),
      ),
    deleteConversation: (conversationId) =>
      runQuery(() => {
        const { changes } = statements.removeConversation.run(conversationId);
        leaveNoTrace(database);
        return Number(changes) > 0;
      }),
    deleteUser: (userId) =>
      runQuery(() => {
        const removed = inTransaction(database, () => {
          const { messages } = statements.countUserMessages.get(userId) as { messages: number };
          return { conversations: Number(statements.removeUser.run(userId).changes), messages };
        });
        leaveNoTrace(database);
        return removed;
      }),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function selectConversation(statements: Statements, id: string): Conversation | undefined {
  const row = statements.selectConversation.get(id) as ConversationRow | undefined;
  return row && toConversation(row);
}

function appendTurn(
  statements: Statements,
  conversation: Parameters<ConversationStore['appendTurn']>[0],
  messages: readonly Message[],
  now: () => Date,
): void {
  const { id, sessionId, userId, channel } = conversation;
  const startedAt = messages[0]?.timestamp ?? now().toISOString();
  statements.insertConversation.run(id, sessionId, userId, channel, startedAt, startedAt);
  if (selectConversation(statements, id)?.userId !== userId)
    throw new MentorError('not-allowed', 'This conversation belongs to another person.', {
      details: { conversationId: id },
    });
  const added = messages.filter((message) => {
    const { changes } = statements.insertMessage.run(
      id,
      message.messageId,
      JSON.stringify(message),
    );
    return Number(changes) > 0;
  });
  // A turn that was delivered again in full must not touch the conversation either.
  if (messages.length > 0 && added.length === 0) return;
  statements.updateConversation.run({
    id,
    userContext: JSON.stringify(conversation.userContext),
    conversationSummary: conversation.conversationSummary ?? null,
    satisfactionScore: conversation.satisfactionScore ?? null,
    ...countMessages(added),
    updatedAt: newestTimestamp(added) ?? now().toISOString(),
  });
}

function setFeedback(
  statements: Statements,
  conversationId: string,
  messageId: string,
  feedback: Feedback,
): boolean {
  const row = statements.selectMessage.get(conversationId, messageId) as MessageRow | undefined;
  if (!row) return false;
  const message: Message = JSON.parse(row.message);
  const before = countReaction(message.feedback);
  const after = countReaction(feedback);
  statements.updateMessage.run(JSON.stringify({ ...message, feedback }), row.sequence);
  statements.countFeedback.run(
    after.likes - before.likes,
    after.dislikes - before.dislikes,
    conversationId,
  );
  return true;
}

function prepareStatements(database: DatabaseSync) {
  return {
    insertConversation: database.prepare(
      `INSERT INTO conversations (id, session_id, user_id, channel, created_at, updated_at, user_context)
       VALUES (?, ?, ?, ?, ?, ?, '{}') ON CONFLICT DO NOTHING`,
    ),
    updateConversation: database.prepare(
      `UPDATE conversations SET
         updated_at = max(updated_at, :updatedAt),
         user_context = :userContext,
         conversation_summary = coalesce(:conversationSummary, conversation_summary),
         satisfaction_score = coalesce(:satisfactionScore, satisfaction_score),
         total_messages = total_messages + :messages,
         total_tokens_used = total_tokens_used + :tokens,
         questions = questions + :questions,
         likes = likes + :likes,
         dislikes = dislikes + :dislikes
       WHERE id = :id`,
    ),
    countFeedback: database.prepare(
      'UPDATE conversations SET likes = likes + ?, dislikes = dislikes + ? WHERE id = ?',
    ),
    selectConversation: database.prepare('SELECT * FROM conversations WHERE id = ?'),
    listConversations: database.prepare(
      'SELECT * FROM conversations WHERE user_id = ? ORDER BY updated_at DESC, number DESC',
    ),
    insertMessage: database.prepare(
      'INSERT INTO messages (conversation_id, message_id, message) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    selectMessage: database.prepare(
      'SELECT sequence, message FROM messages WHERE conversation_id = ? AND message_id = ?',
    ),
    updateMessage: database.prepare('UPDATE messages SET message = ? WHERE sequence = ?'),
    // `+ 0`: a bare parameter of LIMIT has SQLite plan the statement anew each time.
    listMessages: database.prepare(
      'SELECT sequence, message FROM messages WHERE conversation_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ? + 0',
    ),
    countUserMessages: database.prepare(
      `SELECT count(*) AS messages FROM messages
       WHERE conversation_id IN (SELECT id FROM conversations WHERE user_id = ?)`,
    ),
    removeConversation: database.prepare('DELETE FROM conversations WHERE id = ?'),
    removeUser: database.prepare('DELETE FROM conversations WHERE user_id = ?'),
  };
}

interface ConversationRow {
  readonly id: string;
  readonly session_id: string;
  readonly user_id: string;
  readonly channel: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly user_context: string;
  readonly conversation_summary: string | null;
  readonly satisfaction_score: number | null;
  readonly total_messages: number;
  readonly total_tokens_used: number;
  readonly questions: number;
  readonly likes: number;
  readonly dislikes: number;
}

function toConversation(row: ConversationRow): Conversation {
  return {
    id: row.id,
    sessionId: row.session_id,
    userId: row.user_id,
    channel: row.channel,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    userContext: JSON.parse(row.user_context),
    ...(row.conversation_summary !== null && { conversationSummary: row.conversation_summary }),
    totalMessages: row.total_messages,
    totalTokensUsed: row.total_tokens_used,
    engagementMetrics: { questions: row.questions, likes: row.likes, dislikes: row.dislikes },
    ...(row.satisfaction_score !== null && { satisfactionScore: row.satisfaction_score }),
  };
}

interface MessageRow {
  readonly sequence: number;
  readonly message: string;
}

/** The rows come newest first, with one more than a page where there are older messages. */
function toPage(rows: readonly MessageRow[], limit: number): MessagePage {
  const page = rows.slice(0, limit);
  const oldest = page.at(-1);
  return {
    messages: page.map((row) => JSON.parse(row.message) as Message).toReversed(),
    ...(oldest && rows.length > limit && { olderCursor: String(oldest.sequence) }),
  };
}

function readCursor(before: string | undefined): number {
  if (before === undefined) return Number.MAX_SAFE_INTEGER;
  if (!/^\d{1,15}$/.test(before))
    throw new MentorError('request-invalid', 'The cursor is not one of a page of messages.');
  return Number(before);
}

function requireLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new MentorError('request-invalid', `A page needs a limit of 1 or more, not ${limit}.`);
}

/** Removes the conversations that last went on before the moment; resolves to how many there were. */
export function removeIdleConversations(database: DatabaseSync, before: Date): number {
  const { changes } = database
    .prepare('DELETE FROM conversations WHERE updated_at < ?')
    .run(before.toISOString());
  return Number(changes);
}
