import type { Response } from 'restify';
import { type ErrorCode, errorTable, MentorError } from '#errors.ts';
import type { FieldMistake, Problem } from './v1/schemas/problem.ts';

export interface RefusalOptions {
  /** One sentence for the developer; never anything that was sent. */
  readonly detail?: string;
  readonly errors?: readonly FieldMistake[];
  /** Such as `WWW-Authenticate` and `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A failure with what its problem document says beside the table's row. */
export class RequestProblem extends MentorError {
  readonly options: RefusalOptions;

  constructor(code: ErrorCode, options: RefusalOptions = {}) {
    super(code, options.detail ?? code, { cause: options.cause });
    this.options = options;
  }
}

/** An RFC 9457 problem with the table's stable code; never a stack, never a secret. */
export function problemOf(error: MentorError, requestId: string): Problem {
  const { httpStatus, userText, retryable } = errorTable[error.code];
  const { detail, errors } = error instanceof RequestProblem ? error.options : {};
  return {
    type: 'about:blank',
    title: userText,
    status: httpStatus,
    code: error.code,
    ...(detail === undefined ? {} : { detail }),
    retryable,
    requestId,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}

/**
 * Sends a problem. It goes through restify's own way of sending: what is written past it restify would send a second time,
 * and that ends the process.
 */
export function sendProblem(response: Response, error: MentorError, requestId: string): void {
  const { retryAfterSeconds } = error.details;
  sendProblemDocument(response, problemOf(error, requestId), {
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...(error instanceof RequestProblem ? error.options.headers : {}),
  });
}

/** Sends a problem that was made before, such as the one that ended a stream. */
export function sendProblemDocument(
  response: Response,
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(problem);
  response.sendRaw(problem.status, body, {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    ...headers,
  });
}
