import { MentorError } from '#errors.ts';

/** Runs synchronous database work as a promise; what SQLite throws rejects as a MentorError, everything else as it is. */
export async function runQuery<Result>(work: () => Result): Promise<Result> {
  try {
    return work();
  } catch (error) {
    throw toDataError(error);
  }
}

/** Gives an error of SQLite its row of the error table, `data-unavailable` or `data-corrupt`; any other error stays itself. */
export function toDataError(error: unknown): unknown {
  if (isDamage(error))
    return new MentorError('data-corrupt', `The data file is damaged: ${messageOf(error)}`, {
      cause: error,
    });
  if (!isFromSqlite(error) || resultCode(error) === constraintCode) return error;
  return new MentorError('data-unavailable', `The data file did not answer: ${messageOf(error)}`, {
    cause: error,
  });
}

/** Whether SQLite says that the file is not a database, or one that is broken. */
export function isDamage(error: unknown): boolean {
  const code = resultCode(error);
  return code === corruptCode || code === notADatabaseCode;
}

// https://sqlite.org/rescode.html
const corruptCode = 11;
/** A broken constraint is a mistake in a store, not an ailment of the file. */
const constraintCode = 19;
const notADatabaseCode = 26;

/** The primary result code: the lowest byte of the extended one that Node reports. */
function resultCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Node throws ERR_INVALID_STATE where the database was closed, as happens to whoever is late in a shutdown. */
function isFromSqlite(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
