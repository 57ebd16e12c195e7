import type { DatabaseSync } from 'node:sqlite';

/**
 * Takes what was just deleted out of the write-ahead log too, where it stands until the log is written over. Deleted pages
 * themselves are zeroed by `secure_delete`. Where somebody reads just now, the log is emptied by a later call.
 */
export function leaveNoTrace(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}
