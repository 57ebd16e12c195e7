import type { DatabaseSync } from 'node:sqlite';
import { migrate } from '#services/database/open-database.ts';
import type { Alert } from './port.ts';

/** Keeps alerts, and until when nobody is told of them. */
export interface AlertStore {
  put(alert: Alert): void;
  /** Those under way, the newest first. */
  open(): Alert[];
  /** Those that are over, the newest first. */
  resolved(limit: number): Alert[];
  maintenanceUntil(): string | undefined;
  setMaintenance(until: string | undefined): void;
}

/** How many alerts that are over are kept. */
const mostKept = 1_000;

/** Keeps alerts in the data folder. */
export function openAlertStore(database: DatabaseSync): AlertStore {
  migrate(database, {
    store: 'alerts',
    steps: [
      `CREATE TABLE alerts (
         id TEXT PRIMARY KEY, state TEXT NOT NULL, started_at TEXT NOT NULL, alert TEXT NOT NULL
       ) STRICT;
       CREATE INDEX alerts_by_start ON alerts (started_at);
       CREATE TABLE maintenance (only INTEGER PRIMARY KEY CHECK (only = 1), until TEXT NOT NULL) STRICT`,
    ],
  });
  const put = database.prepare(
    'INSERT OR REPLACE INTO alerts (id, state, started_at, alert) VALUES (?, ?, ?, ?)',
  );
  const open = database.prepare(
    "SELECT alert FROM alerts WHERE state <> 'resolved' ORDER BY started_at DESC",
  );
  const resolved = database.prepare(
    "SELECT alert FROM alerts WHERE state = 'resolved' ORDER BY started_at DESC LIMIT ?",
  );
  const trim = database.prepare(
    `DELETE FROM alerts WHERE state = 'resolved' AND started_at < (
       SELECT started_at FROM alerts WHERE state = 'resolved' ORDER BY started_at DESC LIMIT 1 OFFSET ${mostKept})`,
  );
  const readUntil = database.prepare('SELECT until FROM maintenance');
  const read = (row: Record<string, unknown>) => JSON.parse(String(row['alert'])) as Alert;
  return {
    put(alert) {
      put.run(alert.id, alert.state, alert.startedAt, JSON.stringify(alert));
      if (alert.state === 'resolved') trim.run();
    },
    open: () => open.all().map(read),
    resolved: (limit) => resolved.all(limit).map(read),
    maintenanceUntil() {
      const row = readUntil.get();
      return row === undefined ? undefined : String(row['until']);
    },
    setMaintenance(until) {
      if (until === undefined) database.exec('DELETE FROM maintenance');
      else
        database
          .prepare('INSERT OR REPLACE INTO maintenance (only, until) VALUES (1, ?)')
          .run(until);
    },
  };
}
