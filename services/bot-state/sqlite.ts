import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { leaveNoTrace } from '#services/database/leave-no-trace.ts';
import { inTransaction, type Migrations, migrate } from '#services/database/open-database.ts';
import { runQuery } from '#services/database/run-query.ts';
import { eTagConflict, isConditional } from './e-tags.ts';
import type { BotStateStorage } from './port.ts';

const migrations: Migrations = {
  store: 'bot-state',
  steps: [
    'CREATE TABLE bot_state (key TEXT PRIMARY KEY, item TEXT NOT NULL, etag TEXT NOT NULL) STRICT',
  ],
};

/**
 * Keeps Bot Framework's state in an opened SQLite database. A write is all or nothing; one item with a stale eTag, which
 * includes an eTag of an item that was deleted since, rejects it with "eTag conflict".
 */
export function createSqliteBotStateStorage(database: DatabaseSync): BotStateStorage {
  migrate(database, migrations);
  const select = database.prepare('SELECT item, etag FROM bot_state WHERE key = ?');
  const selectETag = database.prepare('SELECT etag FROM bot_state WHERE key = ?');
  const upsert = database.prepare(
    'INSERT INTO bot_state (key, item, etag) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET item = excluded.item, etag = excluded.etag',
  );
  const remove = database.prepare('DELETE FROM bot_state WHERE key = ?');

  const writeItem = (key: string, item: object) => {
    const { eTag, ...content } = item as { eTag?: string };
    const stored = selectETag.get(key) as { etag: string } | undefined;
    if (isConditional(item) && eTag !== stored?.etag) throw eTagConflict(key);
    // Random rather than counted, so that an item deleted and made anew never gets an eTag it had before.
    upsert.run(key, JSON.stringify(content), randomUUID());
  };

  return {
    read: (keys) =>
      runQuery(() => {
        // The framework's own storages answer a forgotten argument like this.
        if (!keys) throw new ReferenceError('Keys are required when reading.');
        const found = keys.flatMap((key) => {
          const row = select.get(key) as { item: string; etag: string } | undefined;
          return row ? [[key, { ...JSON.parse(row.item), eTag: row.etag }] as const] : [];
        });
        return Object.fromEntries(found);
      }),
    write: (changes) =>
      runQuery(() => {
        if (!changes) throw new ReferenceError('Changes are required when writing.');
        inTransaction(database, () => {
          for (const [key, item] of Object.entries(changes)) writeItem(key, item);
        });
      }),
    delete: (keys) =>
      runQuery(() => {
        if (!keys) throw new ReferenceError('Keys are required when deleting.');
        inTransaction(database, () => {
          for (const key of keys) remove.run(key);
        });
        leaveNoTrace(database);
      }),
  };
}
