import type { DatabaseSync } from 'node:sqlite';
import { migrate } from '#services/database/open-database.ts';
import type { ReviewEntry, ReviewQueue } from './port.ts';

/** Entries older than this, or beyond this many, are forgotten. */
const keepDays = 90;
const mostKept = 5_000;

/** Keeps which answers somebody should look at; of what was said it keeps nothing. */
export function openReviewQueue(
  database: DatabaseSync,
  { now, newId }: { readonly now: () => Date; readonly newId: () => string },
): ReviewQueue {
  migrate(database, {
    store: 'reviews',
    steps: [
      `CREATE TABLE reviews (
         number INTEGER PRIMARY KEY AUTOINCREMENT,
         id TEXT NOT NULL UNIQUE,
         conversation_id TEXT NOT NULL, message_id TEXT NOT NULL, reason TEXT NOT NULL,
         at TEXT NOT NULL, status TEXT NOT NULL,
         UNIQUE (conversation_id, message_id, reason)
       ) STRICT`,
    ],
  });
  const columns =
    'id, conversation_id AS conversationId, message_id AS messageId, reason, at, status';
  const insert = database.prepare(
    `INSERT INTO reviews (id, conversation_id, message_id, reason, at, status)
     VALUES (?, ?, ?, ?, ?, 'open') ON CONFLICT DO NOTHING`,
  );
  const trim = database.prepare(
    `DELETE FROM reviews WHERE at < ? OR number <= (SELECT max(number) FROM reviews) - ${mostKept}`,
  );
  const get = database.prepare(`SELECT ${columns} FROM reviews WHERE id = ?`);
  const listAll = database.prepare(`SELECT ${columns} FROM reviews ORDER BY number DESC LIMIT ?`);
  const listStatus = database.prepare(
    `SELECT ${columns} FROM reviews WHERE status = ? ORDER BY number DESC LIMIT ?`,
  );
  const setStatus = database.prepare(
    "UPDATE reviews SET status = ? WHERE id = ? AND status = 'open'",
  );
  const remove = database.prepare('DELETE FROM reviews WHERE id = ?');
  const read = (row: unknown) => ({ ...(row as ReviewEntry) });
  return {
    add({ conversationId, messageId, reason }) {
      insert.run(newId(), conversationId, messageId, reason, now().toISOString());
      trim.run(new Date(now().getTime() - keepDays * 86_400_000).toISOString());
    },
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : read(row);
    },
    list: ({ status, limit }) =>
      (status === undefined ? listAll.all(limit) : listStatus.all(status, limit)).map(read),
    setStatus: (id, status) => Number(setStatus.run(status, id).changes) > 0,
    remove(ids) {
      for (const id of ids) remove.run(id);
    },
  };
}
