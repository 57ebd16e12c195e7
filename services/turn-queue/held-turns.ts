import type { GroupCommit } from './group-commit.ts';
import { createHolder, isGone } from './holders.ts';
import { type HeldTurn, type RunTurn, type TurnEnd, TurnLost } from './port.ts';
import type { TurnRow, TurnTable } from './turn-table.ts';

export interface HeldTurnsOptions {
  readonly table: TurnTable;
  readonly commits: () => Pick<GroupCommit, 'write' | 'wake'>;
  /** How long a turn is held without that being said again. */
  readonly holdMs: number;
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
  /** Says again that they are held, and stops those that are not any more. */
  renew(): void;
  /** What a process of this machine held that is no more is free at once; of other machines' it is when its time is over. */
  releaseOfTheDead(): void;
}

/** Takes turns out of the table, runs them, and keeps how they ended. */
export function createHeldTurns(options: HeldTurnsOptions): HeldTurns {
  const { table, commits, holdMs, logger, now } = options;
  const holder = createHolder();
  const held = new Map<number, AbortController>();
  const idle: (() => void)[] = [];
  let runTurn: RunTurn | undefined;
  let concurrency = 0;
  const room = () => (runTurn === undefined ? 0 : concurrency - held.size);

  const run = async (row: TurnRow, runIt: RunTurn, lost: AbortController): Promise<void> => {
    const end = await runIt(toHeldTurn(row, lost, holder, options));
    try {
      await commits().write(() => finish(row, end));
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
      const time = now();
      const rows = table.take.all({ holder, until: time + holdMs, now: time, free });
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
      const time = now();
      return room() > 0 && table.isAnyDue.get(time, time) !== undefined;
    },
    renew() {
      if (held.size === 0) return;
      write(() => {
        table.renew.run(now() + holdMs, holder);
        const rows = table.mine.all(holder) as { number: number }[];
        const mine = new Set(rows.map(({ number }) => number));
        for (const [number, lost] of held) if (!mine.has(number)) lost.abort(new TurnLost());
      });
    },
    releaseOfTheDead() {
      const rows = table.holders.all() as { holder: string }[];
      const gone = rows.filter((row) => isGone(row.holder));
      if (gone.length > 0)
        write(() => {
          for (const row of gone) table.release.run(row.holder);
        });
    },
  };
}

function toHeldTurn(
  row: TurnRow,
  lost: AbortController,
  holder: string,
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
      const { changes } = await commits().write(() => table.keep.run(text, row.number, holder), {
        waitMs: keepWithinMs,
      });
      if (Number(changes) > 0) return;
      lost.abort(new TurnLost());
      throw new TurnLost();
    },
  };
}
