import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Offence } from './judge.ts';
import type { AskedTurn } from './people.ts';

interface Row {
  readonly message_id: string;
  readonly role: string;
  readonly timestamp: string;
}

/** Names the turns whose question is not kept once, or whose conversation has not one answer for each question. */
export function checkRecords(dataFolder: string, asked: readonly AskedTurn[]): Offence[] {
  const database = new DatabaseSync(join(dataFolder, 'career-mentor.sqlite'), { readOnly: true });
  try {
    database.exec('PRAGMA busy_timeout = 5000');
    const messagesOf = database.prepare(
      `SELECT message_id, json_extract(message, '$.role') AS role, json_extract(message, '$.timestamp') AS timestamp
       FROM messages WHERE conversation_id = ?`,
    );
    return asked.flatMap(({ conversationKey, activityId, isOwed }) => {
      const rows = messagesOf.all(conversationKey) as unknown as Row[];
      const count = (wanted: string) => rows.filter(({ role }) => role === wanted).length;
      const isKeptOnce = rows.filter(({ message_id }) => message_id === activityId).length === 1;
      if (!isOwed || (isKeptOnce && count('user') === count('assistant'))) return [];
      const details = rows.map(
        ({ message_id, role, timestamp }) => `${role} ${message_id}, ${timestamp}`,
      );
      return [{ kind: 'wrong record' as const, conversationKey, activityId, details }];
    });
  } finally {
    database.close();
  }
}
