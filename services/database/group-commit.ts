import type { DatabaseSync } from 'node:sqlite';
import { MentorError } from '#errors.ts';
import { inTransaction } from './open-database.ts';
import { toDataError } from './run-query.ts';

export interface GroupCommitOptions {
  readonly database: DatabaseSync;
  /** Runs at the end of every transaction; what it returns goes to `afterCommit` once the transaction holds. */
  readonly inEach?: () => (() => void) | undefined;
  /** Learns of each failure after a success. */
  readonly onTrouble?: (error: unknown) => void;
  readonly retryMs?: number;
}

/** Writes that are wanted in the same moment, in one transaction. */
export interface GroupCommit {
  /** Resolves to what the work gave once it is kept. Rejects where it could not be written in time; no `waitMs`: it is tried until it can. */
  write<Result>(work: () => Result, options?: { readonly waitMs?: number }): Promise<Result>;
  /** Opens a transaction soon, though nothing is to be written. */
  wake(): void;
  /** Tries once more what waits, and ends; what cannot be written rejects. */
  end(): void;
}

interface Write {
  readonly work: () => unknown;
  readonly giveUpAt: number;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

const shared = new WeakMap<DatabaseSync, GroupCommit>();

/** The group commit of all stores in one database. Their writes wait for nothing: what cannot be kept now rejects. */
export function sharedGroupCommit(database: DatabaseSync): Pick<GroupCommit, 'write'> {
  const commits = shared.get(database) ?? createGroupCommit({ database });
  shared.set(database, commits);
  return { write: (work) => commits.write(work, { waitMs: 0 }) };
}

/** Collects writes until the event loop comes round, and commits them together: one wait for the disk serves all of them. */
export function createGroupCommit({
  database,
  inEach = () => undefined,
  onTrouble = () => undefined,
  retryMs = 50,
}: GroupCommitOptions): GroupCommit {
  let waiting: Write[] = [];
  let immediate: NodeJS.Immediate | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isFailing = false;
  let hasEnded = false;

  const commit = (): void => {
    clearImmediate(immediate);
    clearTimeout(retry);
    immediate = undefined;
    retry = undefined;
    const batch = waiting;
    waiting = [];
    let writing: Write | undefined;
    const results: unknown[] = [];
    let afterCommit: (() => void) | undefined;
    try {
      afterCommit = inTransaction(database, () => {
        for (writing of batch) results.push(writing.work());
        writing = undefined;
        return inEach();
      });
    } catch (error) {
      const trouble = toDataError(error);
      // Only what SQLite says is translated.
      if (writing === undefined || trouble !== error) fail(batch, trouble);
      else leaveOut(writing, batch, error);
      return;
    }
    isFailing = false;
    for (const [index, { resolve }] of batch.entries()) resolve(results[index]);
    afterCommit?.();
  };
  /** A mistake in one write is no ailment of the file: the others go on without it. */
  const leaveOut = (mistaken: Write, batch: readonly Write[], error: unknown): void => {
    onTrouble(error);
    mistaken.reject(error);
    waiting = [...batch.filter((write) => write !== mistaken), ...waiting];
    commit();
  };
  const fail = (batch: readonly Write[], error: unknown): void => {
    if (!isFailing) onTrouble(error);
    isFailing = true;
    const now = performance.now();
    const keeps = ({ giveUpAt }: Write) => !hasEnded && giveUpAt > now;
    waiting = [...batch.filter(keeps), ...waiting];
    for (const write of batch) if (!keeps(write)) write.reject(error);
    // What waits for its transaction is tried again beside everything else.
    if (!hasEnded && database.isOpen) retry ??= setTimeout(commit, retryMs).unref();
  };
  const wake = (): void => {
    if (hasEnded || isFailing) return;
    immediate ??= setImmediate(commit);
  };

  return {
    write<Result>(work: () => Result, { waitMs = Number.POSITIVE_INFINITY } = {}) {
      if (hasEnded)
        return Promise.reject(new MentorError('data-unavailable', 'The file is closed.'));
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      const giveUpAt = performance.now() + waitMs;
      waiting.push({ work, giveUpAt, resolve: (result) => resolve(result as Result), reject });
      wake();
      return promise;
    },
    wake,
    end() {
      hasEnded = true;
      commit();
    },
  };
}
