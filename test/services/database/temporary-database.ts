import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '#services/database/open-database.ts';

/** A folder of one test's own; `remove` takes it away with everything in it. */
export function createTemporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'career-mentor-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Opens a store on a database file of its own, as the contract suites ask for it. */
export function openTemporaryStore<Store>(createStore: (database: DatabaseSync) => Store) {
  const folder = createTemporaryFolder();
  const path = join(folder.path, 'mentor.sqlite');
  let { database } = openDatabase(path);
  return {
    store: createStore(database),
    /** The file as it is open now. */
    get database() {
      return database;
    },
    /** Closes the file and opens it again, as a restart does. */
    reopen(): Store {
      database.close();
      database = openDatabase(path).database;
      return createStore(database);
    },
    /** Runs the work while another process holds the write lock. */
    async whileLocked(work: () => Promise<unknown>): Promise<void> {
      database.exec('PRAGMA busy_timeout = 0');
      const other = new DatabaseSync(path);
      other.exec('BEGIN IMMEDIATE');
      try {
        await work();
      } finally {
        other.close();
      }
    },
    async close(): Promise<void> {
      if (database.isOpen) database.close();
      folder.remove();
    },
  };
}

/** Asserts that the work rejects as an ailment of the data file, with SQLite's own error as the cause. */
export async function assertDataUnavailable(work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: { name: string; code: string; cause: unknown }) => {
    assert.equal(error.name, 'MentorError');
    assert.equal(error.code, 'data-unavailable');
    assert.ok(error.cause instanceof Error);
    return true;
  });
}
