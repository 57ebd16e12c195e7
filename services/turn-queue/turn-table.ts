import type { DatabaseSync } from 'node:sqlite';
import { type Migrations, migrate } from '#services/database/open-database.ts';
import type { DeadTurn } from './port.ts';

const migrations: Migrations = {
  store: 'turn-queue',
  steps: [
    `CREATE TABLE turns (
       number INTEGER PRIMARY KEY AUTOINCREMENT,
       id TEXT NOT NULL UNIQUE,
       state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'dead', 'done')),
       line TEXT NOT NULL,
       edge TEXT NOT NULL,
       person TEXT,
       payload TEXT NOT NULL,
       progress TEXT,
       accepted_ms INTEGER NOT NULL,
       due_ms INTEGER NOT NULL,
       attempts INTEGER NOT NULL DEFAULT 0,
       holder TEXT,
       held_until_ms INTEGER NOT NULL DEFAULT 0,
       reason TEXT,
       ended_ms INTEGER
     ) STRICT;
     CREATE INDEX open_turns ON turns (number) WHERE state = 'open';
     CREATE INDEX open_turns_by_line ON turns (line, number) WHERE state = 'open';
     CREATE INDEX ended_turns ON turns (state, ended_ms) WHERE state <> 'open';`,
    // Who holds a turn counts on while they do: no clock says whether they still do.
    `ALTER TABLE turns DROP COLUMN held_until_ms;
     ALTER TABLE turns ADD COLUMN beats INTEGER NOT NULL DEFAULT 0;`,
  ],
};

/** A turn as it stands in its table. */
export interface TurnRow {
  readonly number: number;
  readonly id: string;
  readonly line: string;
  readonly edge: string;
  readonly person: string | null;
  readonly payload: string;
  readonly progress: string | null;
  readonly accepted_ms: number;
  readonly attempts: number;
  readonly reason: string | null;
  readonly ended_ms: number | null;
}

/**
 * Whether a turn may begin, by its own time. A run that failed waits for the next one no longer than `:longestWait`: a time
 * further away can only come of a clock that was set back.
 */
const isDue = '(due_ms <= :now OR (attempts > 0 AND due_ms > :now + :longestWait))';

/** Makes the table exist, and prepares what is asked of it. */
export function openTurnTable(database: DatabaseSync) {
  migrate(database, migrations);
  return {
    accept: database.prepare(
      `INSERT INTO turns (id, line, edge, person, payload, accepted_ms, due_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    // The head of each line that nobody holds. What is only due later holds up nobody before its first run.
    // `+ 0`: after each new value of a bare parameter of LIMIT SQLite plans the statement anew, which takes longer than it runs.
    take: database.prepare(
      `UPDATE turns SET holder = :holder, attempts = attempts + 1
       WHERE number IN (
         SELECT number FROM turns AS turn
         WHERE state = 'open' AND holder IS NULL AND ${isDue}
           AND NOT EXISTS (
             SELECT 1 FROM turns AS other
             WHERE other.state = 'open' AND other.line = turn.line AND other.number <> turn.number
               AND (other.holder IS NOT NULL
                 OR (other.number < turn.number AND (other.attempts > 0 OR other.due_ms <= :now))))
         ORDER BY number LIMIT :free + 0)
       RETURNING *`,
    ),
    keep: database.prepare('UPDATE turns SET progress = ? WHERE number = ? AND holder = ?'),
    // The id stays, so that the turn is known when it is delivered again; nothing of what was said does.
    done: database.prepare(
      `UPDATE turns SET state = 'done', ended_ms = ?, line = '', person = NULL, payload = '', progress = NULL, holder = NULL
       WHERE number = ? AND holder = ?`,
    ),
    dead: database.prepare(
      `UPDATE turns SET state = 'dead', reason = ?, ended_ms = ?, holder = NULL WHERE number = ? AND holder = ?`,
    ),
    free: database.prepare(
      `UPDATE turns SET holder = NULL, due_ms = ?, attempts = attempts - ?
       WHERE number = ? AND holder = ?`,
    ),
    beat: database.prepare(
      "UPDATE turns SET beats = beats + 1 WHERE state = 'open' AND holder = ?",
    ),
    mine: database.prepare("SELECT number FROM turns WHERE state = 'open' AND holder = ?"),
    holders: database.prepare(
      `SELECT holder, sum(beats) AS beats, max(number) AS newest FROM turns
       WHERE state = 'open' AND holder IS NOT NULL AND holder <> ? GROUP BY holder`,
    ),
    release: database.prepare("UPDATE turns SET holder = NULL WHERE state = 'open' AND holder = ?"),
    isAnyDue: database.prepare(
      `SELECT 1 FROM turns WHERE state = 'open' AND holder IS NULL AND ${isDue} LIMIT 1`,
    ),
    count: database.prepare(
      "SELECT count(*) AS count FROM turns WHERE state = 'open' AND holder IS NULL AND due_ms <= ?",
    ),
    newest: database.prepare('SELECT coalesce(max(number), 0) AS number FROM turns'),
    isAnyOld: database.prepare(
      `SELECT 1 FROM turns
       WHERE (state = 'done' AND ended_ms < ? AND number <= ?) OR (state = 'dead' AND ended_ms < ?) LIMIT 1`,
    ),
    removeOld: database.prepare(
      `DELETE FROM turns
       WHERE (state = 'done' AND ended_ms < ? AND number <= ?) OR (state = 'dead' AND ended_ms < ?)`,
    ),
    listDead: database.prepare(
      "SELECT * FROM turns WHERE state = 'dead' ORDER BY ended_ms, number",
    ),
    runAgain: database.prepare(
      `UPDATE turns SET state = 'open', reason = NULL, ended_ms = NULL, attempts = 0, due_ms = 0
       WHERE state = 'dead' AND id = ?`,
    ),
    forget: database.prepare("DELETE FROM turns WHERE state = 'dead' AND person = ?"),
  };
}

export type TurnTable = ReturnType<typeof openTurnTable>;

/** What a turn that was set aside says of itself: nothing of what the person said. */
export function toDeadTurn(row: TurnRow): DeadTurn {
  return {
    id: row.id,
    edge: row.edge,
    acceptedAt: new Date(row.accepted_ms),
    diedAt: new Date(row.ended_ms ?? row.accepted_ms),
    attempts: row.attempts,
    reason: JSON.parse(row.reason ?? '{"code":"internal","message":""}'),
  };
}
