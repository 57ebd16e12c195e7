import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type Migrations, migrate, openDatabase } from '#services/database/open-database.ts';
import { toDataError } from '#services/database/run-query.ts';

const migrations: Migrations = {
  store: 'outbox',
  steps: [
    `CREATE TABLE waiting_writes (
       number INTEGER PRIMARY KEY AUTOINCREMENT,
       store TEXT NOT NULL,
       lane TEXT NOT NULL,
       person TEXT,
       write TEXT NOT NULL
     ) STRICT;
     CREATE INDEX waiting_writes_by_lane ON waiting_writes (store, lane, number);
     CREATE INDEX waiting_writes_by_person ON waiting_writes (store, person) WHERE person IS NOT NULL;`,
  ],
};

/** Where a write waits: those of one lane of one store are carried out in their order. */
export interface Lane {
  readonly store: string;
  readonly lane: string;
}

export interface WaitingWrite {
  /** Rises from write to write, and is never given twice. */
  readonly number: number;
  readonly write: unknown;
}

/** The list of what waits, in a SQLite file. */
export interface WaitingWrites {
  add(lane: Lane, write: unknown, person: string | undefined): void;
  /** How many wait, in all or of one store. */
  count(store?: string): number;
  /** The writes of a lane, oldest first. */
  list(lane: Lane): WaitingWrite[];
  remove(number: number): void;
  removeLane(lane: Lane): void;
  /** The lanes with writes, the one that has waited for longest first. */
  lanes(): Lane[];
  /** The lanes of a store in which writes of the person wait. */
  lanesOf(store: string, person: string): string[];
  close(): void;
}

export interface WaitingWritesOptions {
  readonly path: string;
  /** Learns what is unusual about the file: a damaged one was kept aside, or none can be written. */
  readonly onTrouble: (details: object, message: string) => void;
}

/**
 * Opens the list. The file comes into being with the first write that has to wait; where it cannot be written, the list
 * lives in memory, and that is told. Throws `data-unavailable` where the disk is full.
 */
export function openWaitingWrites(options: WaitingWritesOptions): WaitingWrites {
  let opened = existsSync(options.path) ? open(options) : undefined;
  const inList = <Result>(work: (list: OpenList) => Result, whileEmpty: Result): Result => {
    if (opened === undefined) return whileEmpty;
    try {
      return work(opened);
    } catch (error) {
      throw toDataError(error);
    }
  };
  return {
    add({ store, lane }, write, person) {
      opened ??= open(options);
      inList(({ add }) => add.run(store, lane, person ?? null, JSON.stringify(write)), undefined);
    },
    count: (store) =>
      inList(({ count }) => (count.get({ store: store ?? null }) as { count: number }).count, 0),
    list: ({ store, lane }) =>
      inList(
        ({ list }) =>
          (list.all(store, lane) as unknown as { number: number; write: string }[]).map(
            ({ number, write }) => ({ number, write: JSON.parse(write) as unknown }),
          ),
        [],
      ),
    remove: (number) => void inList(({ remove }) => remove.run(number), undefined),
    removeLane: ({ store, lane }) =>
      void inList(({ removeLane }) => removeLane.run(store, lane), undefined),
    lanes: () => inList(({ lanes }) => lanes.all() as unknown as Lane[], []),
    lanesOf: (store, person) =>
      inList(
        ({ lanesOf }) => (lanesOf.all(store, person) as unknown as Lane[]).map(({ lane }) => lane),
        [],
      ),
    close() {
      opened?.database.close();
      opened = undefined;
    },
  };
}

type OpenList = ReturnType<typeof prepare>;

function open({ path, onTrouble }: WaitingWritesOptions): OpenList {
  try {
    const { database, keptAside } = openDatabase(path);
    if (keptAside !== undefined)
      onTrouble({ keptAside }, 'the list of waiting writes was damaged; it was kept aside');
    return prepare(database);
  } catch (error) {
    onTrouble(
      { err: error, setting: 'DATA_DIR' },
      'waiting writes cannot be kept on disk: a restart would lose them',
    );
    return prepare(openDatabase(':memory:').database);
  }
}

function prepare(database: DatabaseSync) {
  // What was written or deleted leaves nothing behind in the file.
  database.exec('PRAGMA secure_delete = ON');
  migrate(database, migrations);
  return {
    database,
    add: database.prepare(
      'INSERT INTO waiting_writes (store, lane, person, write) VALUES (?, ?, ?, ?)',
    ),
    count: database.prepare(
      'SELECT count(*) AS count FROM waiting_writes WHERE :store IS NULL OR store = :store',
    ),
    list: database.prepare(
      'SELECT number, write FROM waiting_writes WHERE store = ? AND lane = ? ORDER BY number',
    ),
    remove: database.prepare('DELETE FROM waiting_writes WHERE number = ?'),
    removeLane: database.prepare('DELETE FROM waiting_writes WHERE store = ? AND lane = ?'),
    lanes: database.prepare(
      'SELECT store, lane FROM waiting_writes GROUP BY store, lane ORDER BY min(number)',
    ),
    lanesOf: database.prepare(
      'SELECT DISTINCT lane FROM waiting_writes WHERE store = ? AND person = ?',
    ),
  };
}
