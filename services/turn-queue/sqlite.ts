import type { DatabaseSync } from 'node:sqlite';
import { createGroupCommit } from '#services/database/group-commit.ts';
import { leaveNoTrace } from '#services/database/leave-no-trace.ts';
import { runQuery } from '#services/database/run-query.ts';
import { createHeldTurns } from './held-turns.ts';
import { createPassedBy } from './passed-by.ts';
import type { TurnQueue } from './port.ts';
import { openTurnTable, type TurnRow, toDeadTurn } from './turn-table.ts';

export interface SqliteTurnQueueOptions {
  readonly logger: { error(details: object, message: string): void };
  /** A process that holds a turn and was not heard of for so long is taken for gone. */
  readonly holdMs?: number;
  /** How often to look for what another process left or handed back. */
  readonly lookEveryMs?: number;
  /** How long a channel waits for its turn to be kept while the file is locked. */
  readonly acceptWithinMs?: number;
  /** How long the id of a turn is remembered after its end. Slack and Teams send again for up to five minutes. */
  readonly rememberForMs?: number;
  /** A failed run waits no longer than this for the next, whatever the clock says. */
  readonly longestWaitMs?: number;
  /** How long a turn that was set aside can be run again. */
  readonly keepDeadForMs?: number;
  readonly now?: () => number;
}

const dayMs = 24 * 3_600_000;
/** How often a holder is looked at, and says that it is there, within the time after which it is taken for gone. */
const looksWithinHold = 6;
const beatsWithinHold = 3;
const tidyEveryMs = 60_000;
const recountAfterMs = 1_000;

/**
 * Keeps turns in an opened SQLite database, which several processes of one machine may share. It needs the database to
 * itself: its transactions begin and end by themselves.
 */
export function createSqliteTurnQueue(
  database: DatabaseSync,
  {
    logger,
    holdMs = 15_000,
    lookEveryMs = 100,
    acceptWithinMs = 3_000,
    rememberForMs = 15 * 60_000,
    longestWaitMs = 120_000,
    keepDeadForMs = 14 * dayMs,
    now = Date.now,
  }: SqliteTurnQueueOptions,
): TurnQueue {
  // A lock of another process must not hold up everything else here; the group commit tries again by itself.
  database.exec('PRAGMA busy_timeout = 50');
  const table = openTurnTable(database);
  const countWaiting = () => (table.count.get(now()) as { count: number }).count;
  let waiting = countWaiting();
  let countedAtMs = performance.now();
  const held = createHeldTurns({
    table,
    commits: () => commits,
    mostIdleLooks: looksWithinHold,
    longestWaitMs,
    keepWithinMs: acceptWithinMs,
    logger,
    now,
  });
  const tellTrouble = (error: unknown) =>
    logger.error(
      { err: error, setting: 'DATA_DIR' },
      'the file of waiting turns cannot be used; it is tried again',
    );
  const commits = createGroupCommit({
    database,
    inEach: () => {
      const taken = held.take();
      if (taken === undefined || taken.count === 0) return undefined;
      return () => {
        waiting = Math.max(0, waiting - taken.count);
        taken.begin();
      };
    },
    onTrouble: tellTrouble,
  });
  const timers = createTimers(tellTrouble);
  const passedBy = createPassedBy(
    rememberForMs,
    () => (table.newest.get() as { number: number }).number,
  );
  const tidy = () => {
    const limits = [now() - rememberForMs, passedBy(), now() - keepDeadForMs] as const;
    if (table.isAnyOld.get(...limits) !== undefined)
      void commits.write(() => table.removeOld.run(...limits)).catch(() => undefined);
  };

  return {
    async accept({ id, line, edge, person, payload }, { notBefore } = {}) {
      const time = now();
      // What may run at once is due whatever the clock will say.
      const due = notBefore?.getTime() ?? 0;
      const text = JSON.stringify(payload);
      const isNew = await commits.write(
        () => {
          const row = [id, line, edge, person ?? null, text, time, due] as const;
          const isAdded = Number(table.accept.run(...row).changes) > 0;
          if (isAdded && due <= time) waiting += 1;
          return isAdded;
        },
        { waitMs: acceptWithinMs },
      );
      return isNew ? 'accepted' : 'duplicate';
    },
    start(run, { concurrency }) {
      held.start(run, concurrency);
      held.releaseOfTheGone();
      timers.every(lookEveryMs, () => {
        if (held.wantsToTake()) commits.wake();
      });
      timers.every(holdMs / beatsWithinHold, held.beat);
      timers.every(holdMs / looksWithinHold, held.releaseOfTheGone);
      timers.every(tidyEveryMs, tidy);
      commits.wake();
    },
    stop: () => held.stop(),
    waiting() {
      // Another process may run the turns that this one takes.
      if (performance.now() - countedAtMs > recountAfterMs) {
        waiting = countWaiting();
        countedAtMs = performance.now();
      }
      return waiting;
    },
    check: () => runQuery(() => void countWaiting()),
    listDead: () => runQuery(() => (table.listDead.all() as unknown as TurnRow[]).map(toDeadTurn)),
    runAgain: (id) => commits.write(() => Number(table.runAgain.run(id).changes) > 0),
    async forgetPerson(person) {
      const removed = await commits.write(() => Number(table.forget.run(person).changes));
      // What ended turns said stands in the write-ahead log, too, until it is written over.
      leaveNoTrace(database);
      return removed;
    },
    async close() {
      timers.clear();
      commits.end();
      database.close();
    },
  };
}

function createTimers(onError: (error: unknown) => void) {
  const timers: NodeJS.Timeout[] = [];
  return {
    every(ms: number, work: () => void): void {
      const guarded = () => {
        try {
          work();
        } catch (error) {
          onError(error);
        }
      };
      timers.push(setInterval(guarded, ms).unref());
    },
    clear(): void {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
