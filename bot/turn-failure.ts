import { MentorError, toMentorError } from '#errors.ts';
import type { DeadReason } from '#services/turn-queue/port.ts';

/** What HTTP says of a request that may succeed later without a change. */
const passingStatuses: readonly number[] = [408, 409, 412, 425, 429];

/** A connection that did not come about, or broke; the last is what Bot Framework's client makes of it. */
const connectionCodes =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_\w+|REQUEST_SEND_ERROR)$/;

/**
 * Whether what a channel or a store threw may pass by itself, so that another try is worth it. A channel's error says so
 * with `isPassing`, or else with the status of its answer. What nobody foresaw is a mistake that would only happen again.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof MentorError) return error.row.retryable;
  const { isPassing, statusCode, code } = (error ?? {}) as {
    readonly isPassing?: unknown;
    readonly statusCode?: unknown;
    readonly code?: unknown;
  };
  if (typeof isPassing === 'boolean') return isPassing;
  if (typeof statusCode !== 'number') return connectionCodes.test(String(code));
  return statusCode >= 500 || passingStatuses.includes(statusCode);
}

/** What a dialog threw, without the wrapping that Bot Framework puts around it. */
export function thrownBy(error: unknown): unknown {
  const { error: inner, dialogContext } = (error ?? {}) as {
    readonly error?: unknown;
    readonly dialogContext?: unknown;
  };
  return dialogContext !== undefined && inner instanceof Error ? inner : error;
}

/** Why a turn was given up, for its operator: the kind of failure, and no word that a person or a channel said. */
export function reasonOf(error: unknown): DeadReason {
  const { code, row } = toMentorError(error);
  const { statusCode, name } = (error ?? {}) as {
    readonly statusCode?: unknown;
    readonly name?: unknown;
  };
  const kind = typeof name === 'string' ? name : 'Error';
  return typeof statusCode === 'number'
    ? { code: 'channel-refused', message: `The channel answered ${statusCode}.` }
    : { code, message: `${kind}: ${row.operatorHint}` };
}

const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

/** How long to wait before the next run; a random part keeps many turns from coming back at the same moment. */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  return Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs) * (0.75 + random() / 2);
}
