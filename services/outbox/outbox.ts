import { setTimeout as wait } from 'node:timers/promises';
import { MentorError } from '#errors.ts';
import { oneAtATime } from '#services/azure/one-at-a-time.ts';
import { openWaitingWrites, type WaitingWrites } from './waiting-writes.ts';

/** What a write resolves to that could not be carried out yet: it is safe on this machine, and will be. */
export const kept = Symbol('kept');

export interface OutboxOptions {
  /** The file that holds what waits; it comes into being when something has to. */
  readonly path: string;
  readonly logger: OutboxLogger;
  /** The wait before what waits is tried for the first time; it doubles with each try that helps nothing. */
  readonly firstRetryMs?: number;
  readonly longestRetryMs?: number;
  /** How long closing may go on trying. */
  readonly lastTryMs?: number;
  /** 0 up to 1, so that many processes do not come back at the same moment. */
  readonly random?: () => number;
}

export interface OutboxLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface LineOptions<Write, Result> {
  /** Names the store, in the file and in the log; never changes. */
  readonly store: string;
  /** Carries a write out; doing it twice must do no more than once. `isLate` says that it had to wait. */
  readonly perform: Perform<Write, Result>;
}

type Perform<Write, Result> = (
  write: Write,
  situation: { readonly isLate: boolean },
) => Promise<Result>;

/** The writes to one store. Those of one lane, such as a conversation, happen in their order. */
export interface Line<Write, Result> {
  /**
   * Carries the write out now, or, while the store cannot be reached or earlier ones of the lane wait, keeps it for later.
   * Rejects where the store refuses it for good, or where it can be kept nowhere.
   */
  write(lane: string, write: Write, person?: string): Promise<Result | typeof kept>;
  /** Keeps a write for later without a try. */
  keep(lane: string, write: Write, options: { readonly person?: string; cause: unknown }): void;
  /** What waits in the lane, oldest first. */
  waiting(lane: string): { readonly number: number; readonly write: Write }[];
  /** Tries what waits in the lane now, so that a read that follows sees it; never rejects. */
  catchUp(lane: string): Promise<void>;
  /** Drops what waits in the lane; what is just being carried out has ended by then. */
  forget(lane: string): Promise<void>;
  /** The same for every lane in which something of the person waits. */
  forgetPerson(person: string): Promise<void>;
}

/** Keeps what cannot be written while a service is away, on disk, and writes it as soon as the service is back. */
export interface Outbox {
  /** How many writes wait. */
  waitingWrites(): number;
  /** The way to one store; what waited for it when the program ended is carried out too. */
  line<Write, Result>(options: LineOptions<Write, Result>): Line<Write, Result>;
  /** Tries once more within a short time, and closes the file. */
  close(): Promise<void>;
}

/** Whether a store could not be reached, in contrast to one that refuses what it is given. */
export function isAway(error: unknown): error is MentorError {
  return (
    error instanceof MentorError &&
    error.code === 'data-unavailable' &&
    ![400, 413].includes(Number(error.details['status']))
  );
}

function keyOf(store: string, lane: string): string {
  return `${store} ${lane}`;
}

/** Opens the outbox; what is left of an earlier run is tried as soon as its line is there. */
export function openOutbox(options: OutboxOptions): Outbox {
  const { path, logger } = options;
  const writes = openWaitingWrites({
    path,
    onTrouble: (details, message) => logger.error(details, message),
  });
  const lines = new Map<string, Perform<unknown, unknown>>();
  const inOrder = oneAtATime();
  const outages = createOutageLog(writes, logger);

  /** Tries what waits in a lane, one after another; resolves to the error that ended it. */
  const drainLane = async (store: string, lane: string): Promise<MentorError | undefined> => {
    const perform = lines.get(store);
    if (perform === undefined) return undefined;
    for (const { number, write } of writes.list({ store, lane })) {
      try {
        await perform(write, { isLate: true });
      } catch (error) {
        if (isAway(error)) return error;
        logger.error({ err: error, store }, 'a write that waited was refused; it is dropped');
      }
      writes.remove(number);
      outages.written(store);
    }
    return undefined;
  };
  const drainAll = async (): Promise<void> => {
    /** A store that is being left alone is not asked for every lane. */
    const left = new Set<string>();
    for (const { store, lane } of writes.lanes()) {
      if (left.has(store)) continue;
      const failure = await inOrder(keyOf(store, lane), () => drainLane(store, lane));
      if (failure?.details['reason'] === 'circuit-open') left.add(store);
    }
  };
  const retries = createRetries(options, writes, drainAll, logger);

  const openLine = <Write, Result>(store: string, perform: Perform<Write, Result>) => {
    lines.set(store, perform as Perform<unknown, unknown>);
    const within = <Value>(lane: string, work: () => Promise<Value>) =>
      inOrder(keyOf(store, lane), work);
    const waiting = (lane: string) =>
      writes.list({ store, lane }) as { number: number; write: Write }[];
    const keep: Line<Write, Result>['keep'] = (lane, write, { person, cause }) => {
      writes.add({ store, lane }, write, person);
      outages.began(store, cause);
      retries.soon();
    };
    /** Earlier writes of the lane go first. */
    const performInTurn = async (lane: string, write: Write): Promise<Result> => {
      const failure = await drainLane(store, lane);
      if (failure !== undefined) throw failure;
      return await perform(write, { isLate: false });
    };
    const forget = (lane: string) =>
      within(lane, async () => {
        writes.removeLane({ store, lane });
        outages.written(store);
      });
    if (writes.count(store) > 0) {
      outages.began(store, undefined);
      retries.soon();
    }
    return {
      waiting,
      keep,
      forget,
      write: (lane, write, person) =>
        within(lane, async () => {
          try {
            return await performInTurn(lane, write);
          } catch (error) {
            if (!isAway(error)) throw error;
            keep(lane, write, { ...(person === undefined ? {} : { person }), cause: error });
            return kept;
          }
        }),
      async catchUp(lane) {
        try {
          if (waiting(lane).length > 0) await within(lane, () => drainLane(store, lane));
        } catch (error) {
          logger.error({ err: error, store }, 'waiting writes cannot be read');
        }
      },
      async forgetPerson(person) {
        await Promise.all(writes.lanesOf(store, person).map(forget));
      },
    } satisfies Line<Write, Result>;
  };

  return {
    waitingWrites: () => writes.count(),
    line: ({ store, perform }) => openLine(store, perform),
    async close() {
      await retries.end();
      writes.close();
    },
  };
}

/** Tries again while anything waits: soon at first, then at growing distances. */
function createRetries(
  options: OutboxOptions,
  writes: Pick<WaitingWrites, 'count'>,
  drainAll: () => Promise<void>,
  logger: OutboxLogger,
) {
  const { firstRetryMs = 1_000, longestRetryMs = 15_000, lastTryMs = 3_000 } = options;
  const { random = Math.random } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let waitMs = firstRetryMs;
  let hasEnded = false;

  const pass = async (): Promise<void> => {
    const before = writes.count();
    await drainAll();
    waitMs = writes.count() < before ? firstRetryMs : Math.min(2 * waitMs, longestRetryMs);
  };
  const run = (): Promise<void> => {
    running ??= pass()
      .catch((error: unknown) => logger.error({ err: error }, 'waiting writes cannot be read'))
      .finally(() => {
        running = undefined;
        timer = undefined;
        if (!hasEnded && writes.count() > 0) soon();
      });
    return running;
  };
  const soon = (): void => {
    if (hasEnded || timer !== undefined) return;
    timer = setTimeout(() => void run(), waitMs * (0.5 + random() / 2)).unref();
  };
  return {
    soon,
    async end(): Promise<void> {
      hasEnded = true;
      clearTimeout(timer);
      if (writes.count() === 0) return;
      const limit = new AbortController();
      await Promise.race([run(), wait(lastTryMs, undefined, { signal: limit.signal })]).catch(
        () => {},
      );
      limit.abort();
    },
  };
}

/** One line in the log when a store begins to keep things waiting, and one when all of it is written. */
function createOutageLog(writes: Pick<WaitingWrites, 'count'>, logger: OutboxLogger) {
  const begun = new Map<string, number>();
  return {
    began(store: string, cause: unknown): void {
      if (begun.has(store)) return;
      begun.set(store, Date.now());
      logger.warn(
        { store, ...(cause === undefined ? { waiting: writes.count(store) } : { err: cause }) },
        'a store cannot be reached; what belongs there waits on this machine',
      );
    },
    written(store: string): void {
      const beganAtMs = begun.get(store);
      if (beganAtMs === undefined || writes.count(store) > 0) return;
      begun.delete(store);
      logger.info(
        { store, seconds: Math.round((Date.now() - beganAtMs) / 1_000) },
        'all that waited for the store is written',
      );
    },
  };
}
