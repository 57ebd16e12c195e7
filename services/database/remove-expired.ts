import type { DatabaseSync } from 'node:sqlite';
import { removeIdleLogs } from '#services/activity-log/sqlite.ts';
import { removeIdleConversations } from '#services/conversations/sqlite.ts';
import { removeAbandonedProfiles } from '#services/profiles/sqlite.ts';
import { removeIdleTranscripts } from '#services/transcripts/sqlite.ts';
import { leaveNoTrace } from './leave-no-trace.ts';
import { inTransaction } from './open-database.ts';

export interface RemovedCounts {
  readonly conversations: number;
  readonly logs: number;
  readonly transcripts: number;
  readonly profiles: number;
}

/**
 * Removes from the data file everything of the conversations that ended before the moment, all of it or nothing. Of the
 * stores only those have tables here that are not in Azure.
 */
export function removeExpired(database: DatabaseSync, before: Date): RemovedCounts {
  const tables = new Set(
    database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all().map(nameOf),
  );
  const removed = inTransaction(database, () => {
    const transcripts = tables.has('transcripts') ? removeIdleTranscripts(database, before) : [];
    if (tables.has('bot_state')) removeState(database, transcripts);
    return {
      transcripts: transcripts.length,
      logs: tables.has('logged_conversations') ? removeIdleLogs(database, before) : 0,
      conversations: tables.has('conversations') ? removeIdleConversations(database, before) : 0,
      profiles:
        tables.has('profiles') && tables.has('conversations')
          ? removeAbandonedProfiles(database, before)
          : 0,
    };
  });
  if (Object.values(removed).some((count) => count > 0)) leaveNoTrace(database);
  return removed;
}

function nameOf(row: Record<string, unknown>): string {
  return String(row['name']);
}

function removeState(
  database: DatabaseSync,
  transcripts: readonly { readonly channelId: string; readonly conversationId: string }[],
): void {
  const remove = database.prepare('DELETE FROM bot_state WHERE key = ?');
  // Bot Framework's own key for what its ConversationState keeps.
  for (const { channelId, conversationId } of transcripts)
    remove.run(`${channelId}/conversations/${conversationId}/`);
}
