import type { GroupCommit } from '#services/database/group-commit.ts';
import { createHolder, isGone } from './holders.ts';
import { type HeldTurn, type RunTurn, type TurnEnd, TurnLost } from './port.ts';
import type { TurnRow, TurnTable } from './turn-table.ts';

export interface HeldTurnsOptions {
  readonly table: TurnTable;
  readonly commits: () => Pick<GroupCommit, 'write' | 'wake'>;
  /** A holder that was looked at so often in a row and did nothing is taken for gone. */
  readonly mostIdleLooks: number;
  /** A failed run waits no longer than this for the next. */
  readonly longestWaitMs: number;
  /** How long a turn waits for what it keeps. */
  readonly keepWithinMs: number;
  readonly logger: { error(details: object, message: string): void };
  readonly now: () => number;
}

/** The turns that this process runs. */
export interface HeldTurns {
  start(run: RunTurn, concurrency: number): void;
  /** Takes nothing more; resolves when nothing runs. */
  stop(): Promise<void>;
  /** Inside a transaction: takes as many as there is room for; what is returned lets them begin, and says how many. */
  take(): { readonly count: number; begin(): void } | undefined;
  /** Whether there is room, and something to take. */
  wantsToTake(): boolean;
  /** Says that they are still held, and stops those that are not any more. */
  beat(): void;
  /** Frees what a process held that is no more: at once where it was one of this machine, else when it has not moved for long. */
  releaseOfTheGone(): void;
}

/** Takes turns out of the table, runs them, and keeps how they ended. */
export function createHeldTurns(options: HeldTurnsOptions): HeldTurns {
  const { table, commits, mostIdleLooks, longestWaitMs: longestWait, logger, now } = options;
  const holder = createHolder();
  const held = new Map<number, AbortController>();
  const idle: (() => void)[] = [];
  /** The other holders as they were at the last look. Counted in looks: no clock, and no pause of this process, makes one old. */
  let others = new Map<string, { readonly state: string; readonly idleLooks: number }>();
  let runTurn: RunTurn | undefined;
  let concurrency = 0;
  const room = () => (runTurn === undefined ? 0 : concurrency - held.size);

  const run = async (row: TurnRow, runIt: RunTurn, lost: AbortController): Promise<void> => {
    const kept: KeptProgress = {};
    const end = await runIt(toHeldTurn(row, { lost, holder, kept }, options));
    try {
      await commits().write(() => {
        // What could not be kept while it ran, the next run must know all the same.
        if (end.kind !== 'done' && kept.text !== undefined)
          table.keep.run(kept.text, row.number, holder);
        finish(row, end);
      });
    } catch (error) {
      logger.error({ err: error }, 'the end of a turn could not be kept; it will run again');
    }
    held.delete(row.number);
    if (held.size === 0) for (const notify of idle.splice(0)) notify();
    commits().wake();
  };
  const finish = ({ number }: TurnRow, end: TurnEnd): void => {
    const time = now();
    if (end.kind === 'done') table.done.run(time, number, holder);
    else if (end.kind === 'dead') table.dead.run(JSON.stringify(end.reason), time, number, holder);
    else if (end.kind === 'retry') table.free.run(time + Math.ceil(end.afterMs), 0, number, holder);
    else table.free.run(time, 1, number, holder);
  };
  const write = (work: () => void) =>
    // Told by the group commit, and tried again with the next.
    void commits()
      .write(work)
      .catch(() => undefined);

  return {
    start(run, most) {
      runTurn = run;
      concurrency = most;
    },
    async stop() {
      runTurn = undefined;
      if (held.size > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
    take() {
      const runIt = runTurn;
      const free = room();
      if (runIt === undefined || free <= 0) return undefined;
      const rows = table.take.all({ holder, now: now(), longestWait, free });
      return {
        count: rows.length,
        begin() {
          for (const row of rows as unknown as TurnRow[]) {
            const lost = new AbortController();
            held.set(row.number, lost);
            // Not at once: the channel's answer goes out before the turn takes the thread.
            setImmediate(() => void run(row, runIt, lost));
          }
        },
      };
    },
    wantsToTake() {
      return room() > 0 && table.isAnyDue.get({ now: now(), longestWait }) !== undefined;
    },
    beat() {
      if (held.size === 0) return;
      write(() => {
        table.beat.run(holder);
        const rows = table.mine.all(holder) as { number: number }[];
        const mine = new Set(rows.map(({ number }) => number));
        for (const [number, lost] of held) if (!mine.has(number)) lost.abort(new TurnLost());
      });
    },
    releaseOfTheGone() {
      others = new Map(
        holdersIn(table, holder).map(({ name, state }) => {
          const before = others.get(name);
          return [name, { state, idleLooks: before?.state === state ? before.idleLooks + 1 : 0 }];
        }),
      );
      const gone = [...others].filter(
        ([name, { idleLooks }]) => isGone(name) || idleLooks >= mostIdleLooks,
      );
      if (gone.length === 0) return;
      write(() => {
        // Looked at once more: this write may have waited for the file as long as the holder's own.
        const states = new Map(holdersIn(table, holder).map(({ name, state }) => [name, state]));
        for (const [name, { state }] of gone)
          if (states.get(name) === state) table.release.run(name);
      });
    },
  };
}

/** Everybody else who holds a turn, with what changes as long as they are there. */
function holdersIn(table: TurnTable, self: string): { name: string; state: string }[] {
  const rows = table.holders.all(self) as { holder: string; beats: number; newest: number }[];
  return rows.map(({ holder, beats, newest }) => ({ name: holder, state: `${newest}/${beats}` }));
}

/** What a run kept last, whether or not the file took it. */
interface KeptProgress {
  text?: string;
}

function toHeldTurn(
  row: TurnRow,
  {
    lost,
    holder,
    kept,
  }: {
    readonly lost: AbortController;
    readonly holder: string;
    readonly kept: KeptProgress;
  },
  { table, commits, keepWithinMs }: HeldTurnsOptions,
): HeldTurn {
  return {
    id: row.id,
    line: row.line,
    edge: row.edge,
    ...(row.person === null ? {} : { person: row.person }),
    payload: JSON.parse(row.payload),
    attempt: row.attempts,
    acceptedAt: new Date(row.accepted_ms),
    progress: row.progress === null ? undefined : JSON.parse(row.progress),
    lost: lost.signal,
    async keep(progress) {
      const text = JSON.stringify(progress);
      kept.text = text;
      const { changes } = await commits().write(() => table.keep.run(text, row.number, holder), {
        waitMs: keepWithinMs,
      });
      if (Number(changes) > 0) return;
      lost.abort(new TurnLost());
      throw new TurnLost();
    },
  };
}
