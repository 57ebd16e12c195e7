import type { DatabaseSync } from 'node:sqlite';
import { leaveNoTrace } from '#services/database/leave-no-trace.ts';
import { type Migrations, migrate } from '#services/database/open-database.ts';
import { runQuery } from '#services/database/run-query.ts';
import type { Profile, ProfileStore } from './port.ts';

const migrations: Migrations = {
  store: 'profiles',
  steps: ['CREATE TABLE profiles (user_id TEXT PRIMARY KEY, profile TEXT NOT NULL) STRICT'],
};

/** Keeps profiles in an opened SQLite database, one row a person; creates its table where needed. */
export function createSqliteProfileStore(database: DatabaseSync): ProfileStore {
  migrate(database, migrations);
  const select = database.prepare('SELECT profile FROM profiles WHERE user_id = ?');
  const upsert = database.prepare(
    'INSERT INTO profiles (user_id, profile) VALUES (?, ?) ON CONFLICT DO UPDATE SET profile = excluded.profile',
  );
  const remove = database.prepare('DELETE FROM profiles WHERE user_id = ?');

  return {
    get: (userId) =>
      runQuery(() => {
        const row = select.get(userId) as { profile: string } | undefined;
        return row && (JSON.parse(row.profile) as Profile);
      }),
    put: (profile) =>
      runQuery(() => {
        upsert.run(profile.userId, JSON.stringify(profile));
      }),
    delete: (userId) =>
      runQuery(() => {
        const { changes } = remove.run(userId);
        leaveNoTrace(database);
        return Number(changes) > 0;
      }),
  };
}

/** Removes the profiles that were not touched since the moment and whose people have no conversation any more. */
export function removeAbandonedProfiles(database: DatabaseSync, before: Date): number {
  const { changes } = database
    .prepare(
      `DELETE FROM profiles WHERE profile ->> '$.updatedAt' < ?
         AND user_id NOT IN (SELECT user_id FROM conversations)`,
    )
    .run(before.toISOString());
  return Number(changes);
}
