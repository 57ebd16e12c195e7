import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MentorError } from '#errors.ts';
import { makeFolder } from './make-folder.ts';
import { isDamage, toDataError } from './run-query.ts';

/** Statements that create one store's tables; version n brings the tables from version n-1 to n. */
export interface Migrations {
  readonly store: string;
  readonly steps: readonly string[];
}

export interface OpenedDatabase {
  readonly database: DatabaseSync;
  /** Where a damaged file was kept, if the file at `path` was damaged. */
  readonly keptAside?: string;
}

/**
 * Opens the SQLite file in write-ahead mode, creating it and its folder where needed. A damaged file is renamed, never
 * overwritten, and a fresh one takes its place; of one above 64 MB only what opening reads is looked at, and damage in the rest
 * is `data-corrupt` to whoever reads it. Rejects nothing silently: an unwritable place throws `data-unavailable`.
 */
export function openDatabase(path: string, now: () => Date = () => new Date()): OpenedDatabase {
  try {
    if (path !== ':memory:') makeFolder(dirname(path));
    return { database: openAndCheck(path) };
  } catch (error) {
    if (!isDamaged(error)) throw unavailable(path, error);
    const keptAside = `${path}.damaged-${now().toISOString().replaceAll(/[:.]/g, '-')}`;
    try {
      for (const suffix of ['', '-wal', '-shm'])
        if (existsSync(path + suffix)) renameSync(path + suffix, keptAside + suffix);
      return { database: openAndCheck(path), keptAside };
    } catch (second) {
      throw unavailable(path, second);
    }
  }
}

/**
 * Brings a store's tables up to date; runs each step once per database, all or nothing. Throws `data-unavailable` where
 * the tables are newer than the program, or cannot be written.
 */
export function migrate(database: DatabaseSync, migrations: Migrations): void {
  try {
    database.exec(
      'CREATE TABLE IF NOT EXISTS schema_versions (store TEXT PRIMARY KEY, version INTEGER NOT NULL)',
    );
    if (readVersion(database, migrations) === migrations.steps.length) return;
    inTransaction(database, () => {
      // Read again under the lock: another process may have done it meanwhile.
      const version = readVersion(database, migrations);
      for (const step of migrations.steps.slice(version)) database.exec(step);
      database
        .prepare('INSERT OR REPLACE INTO schema_versions (store, version) VALUES (?, ?)')
        .run(migrations.store, migrations.steps.length);
    });
  } catch (error) {
    throw toDataError(error);
  }
}

function readVersion(database: DatabaseSync, { store, steps }: Migrations): number {
  const row = database.prepare('SELECT version FROM schema_versions WHERE store = ?').get(store) as
    | { version: number }
    | undefined;
  const version = row?.version ?? 0;
  if (version > steps.length)
    throw new MentorError(
      'data-unavailable',
      `The data folder was written by a newer version of this program (${store} ${version}, this program knows ${steps.length}). Update the program, or point DATA_DIR elsewhere.`,
    );
  return version;
}

/** Runs the work in one immediate transaction: all of it is kept, or, where it throws, nothing. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself rolls back where the disk is full; a second ROLLBACK would hide the reason.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Connects to a file that is open already, or sound for certain: nothing is checked. The caller closes it. */
export function connectDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000',
    );
    // What a person has deleted must not stay in the file's free pages.
    database.exec('PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Checking reads the whole file, at a second for some 400 MB: a start must not take longer with each day of use. */
const largestCheckedBytes = 64_000_000;

function openAndCheck(path: string): DatabaseSync {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const database = connectDatabase(path);
  if (size > largestCheckedBytes) return database;
  try {
    const check = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (check.quick_check !== 'ok') throw new DamagedFile(check.quick_check);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

class DamagedFile extends Error {}

function isDamaged(error: unknown): boolean {
  return error instanceof DamagedFile || isDamage(error);
}

function unavailable(path: string, cause: unknown): MentorError {
  if (cause instanceof MentorError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MentorError(
    'data-unavailable',
    `Cannot open the data file ${path}: ${reason}; check DATA_DIR.`,
    {
      cause,
    },
  );
}
