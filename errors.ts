/** One row for each way something can go wrong: what it means for HTTP, for retries, for the person and for the operator. */
interface ErrorRow {
  readonly httpStatus: number;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** One sentence that tells the person what to do next. */
  readonly userText: string;
  /** What the operator should look at. */
  readonly operatorHint: string;
}

export const errorTable = {
  'config-invalid': {
    httpStatus: 500,
    retryable: false,
    userText: 'The service is not set up correctly; please tell whoever runs it.',
    operatorHint: 'Correct the settings listed in the message; .env.example explains each.',
  },
  'data-unavailable': {
    httpStatus: 503,
    retryable: true,
    userText: 'I cannot reach my notes just now; please try again in a minute.',
    operatorHint: 'Check that DATA_DIR exists, is writable and has space left.',
  },
  'data-corrupt': {
    httpStatus: 503,
    retryable: false,
    userText: 'My notes are damaged; whoever runs this service has been told.',
    operatorHint: 'The damaged file was kept aside; restore a backup in its place and restart.',
  },
  'search-unavailable': {
    httpStatus: 503,
    retryable: true,
    userText:
      'I cannot reach my sources just now, and I do not want to answer from memory. Please ask again in a minute.',
    operatorHint:
      'The knowledge index did not answer; check AZURE_SEARCH_ENDPOINT, or DATA_DIR where the index is embedded.',
  },
  'embeddings-unavailable': {
    httpStatus: 503,
    retryable: true,
    userText: 'Part of my search is not answering just now; please try again in a minute.',
    operatorHint:
      'The embedding model did not answer, and retrieval falls back to full text; check OPENAI_EMBEDDING_MODEL or AZURE_OPENAI_EMBEDDING_DEPLOYMENT.',
  },
  'model-unavailable': {
    httpStatus: 503,
    retryable: true,
    userText: 'My language model is not answering just now; please try again in a minute.',
    operatorHint:
      'The language model gave no usable answer, and the passages answer meanwhile; check OPENAI_MODEL or AZURE_OPENAI_DEPLOYMENT, and try npm run doctor.',
  },
  'question-empty': {
    httpStatus: 400,
    retryable: false,
    userText: 'I could not find a question in that; please write it in a few words.',
    operatorHint: 'Nothing to do: the person sent no words.',
  },
  'question-too-long': {
    httpStatus: 413,
    retryable: false,
    userText:
      'That is longer than I can read at once; please send the main question in a few sentences.',
    operatorHint: 'Nothing to do: the question was over the limit.',
  },
  'request-invalid': {
    httpStatus: 400,
    retryable: false,
    userText: 'I could not read that request; please check its fields and send it again.',
    operatorHint:
      'The caller sent a request that does not match its schema; the details name the field.',
  },
  'not-authenticated': {
    httpStatus: 401,
    retryable: false,
    userText: 'Please sign in again.',
    operatorHint: 'The call carried no token, or one that is not ours.',
  },
  'token-expired': {
    httpStatus: 403,
    retryable: false,
    userText: 'Your session has expired; please reload the page.',
    operatorHint: 'Nothing to do: the client asks for a new token.',
  },
  'not-allowed': {
    httpStatus: 403,
    retryable: false,
    userText: 'That belongs to somebody else.',
    operatorHint: 'The token is valid but was given for another conversation or person.',
  },
  'not-found': {
    httpStatus: 404,
    retryable: false,
    userText: 'I could not find that; it may have been deleted.',
    operatorHint: 'Nothing to do, unless links on your own pages point here.',
  },
  'rate-limited': {
    httpStatus: 429,
    retryable: true,
    userText: 'That was a little fast for me; please wait a moment and go on.',
    operatorHint: 'Raise RATE_LIMIT_PER_MINUTE if ordinary people meet this.',
  },
  'not-permitted': {
    httpStatus: 403,
    retryable: false,
    userText: 'Your account may not do that; ask whoever runs this service for access.',
    operatorHint:
      'The token lacks a role or a scope; the details name it. AUTH_ADMIN_ROLE names the role of administrators.',
  },
  'origin-not-allowed': {
    httpStatus: 403,
    retryable: false,
    userText: 'This page may not talk to the mentor; ask whoever runs it to allow its address.',
    operatorHint: 'Add the page’s origin to ALLOWED_ORIGINS if it is one of yours.',
  },
  'sign-in-unavailable': {
    httpStatus: 503,
    retryable: true,
    userText: 'I cannot check who you are just now; please try again in a minute.',
    operatorHint:
      'The issuer cannot be asked for its keys or addresses; check AUTH_ISSUER, AUTH_JWKS_URI and AUTH_METADATA_URI.',
  },
  'method-not-allowed': {
    httpStatus: 405,
    retryable: false,
    userText:
      'That address does not take this kind of request; its documentation says which it takes.',
    operatorHint: 'Nothing to do: the caller used another method than the address has.',
  },
  'media-type-unsupported': {
    httpStatus: 415,
    retryable: false,
    userText: 'I only read JSON; please send it as application/json and uncompressed.',
    operatorHint: 'Nothing to do: the body was of another type, or compressed.',
  },
  'request-too-large': {
    httpStatus: 413,
    retryable: false,
    userText: 'That is more than I accept at once; please send less.',
    operatorHint: 'Nothing to do: the body was over the limit.',
  },
  'address-too-long': {
    httpStatus: 414,
    retryable: false,
    userText:
      'That address is longer than I read; please shorten what stands behind the question mark.',
    operatorHint: 'Nothing to do: the address was over the limit.',
  },
  'headers-too-large': {
    httpStatus: 431,
    retryable: false,
    userText:
      'Your request carries more than I read beside its content; please clear cookies and try again.',
    operatorHint: 'Nothing to do: the headers were over the limit of 16 KiB.',
  },
  'request-timeout': {
    httpStatus: 408,
    retryable: false,
    userText: 'That took too long to arrive; please send it again.',
    operatorHint: 'Nothing to do: the client sent too slowly.',
  },
  'idempotency-key-reused': {
    httpStatus: 422,
    retryable: false,
    userText: 'That key was used for another request; please use a new one for each.',
    operatorHint:
      'Nothing to do: the client sent two different requests under one Idempotency-Key.',
  },
  'too-many-streams': {
    httpStatus: 429,
    retryable: true,
    userText: 'You have several answers under way; please wait for one of them to end.',
    operatorHint:
      'Nothing to do, unless many people meet this: a client may leave its streams open.',
  },
  'token-budget-spent': {
    httpStatus: 429,
    retryable: true,
    userText: 'You have used up today’s share of answers; please come back tomorrow.',
    operatorHint: 'Raise DAILY_TOKEN_BUDGET if ordinary people meet this.',
  },
  'tenant-budget-spent': {
    httpStatus: 429,
    retryable: true,
    userText: 'Your organisation has used up today’s share of answers; please come back tomorrow.',
    operatorHint: 'Raise DAILY_TOKEN_BUDGET_PER_TENANT, or look for who uses most of it.',
  },
  internal: {
    httpStatus: 500,
    retryable: true,
    userText: 'Something went wrong on my side; please try that once more.',
    operatorHint: 'An unexpected error; see the cause and the stack in the log.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** The one error type that crosses module borders: its code selects the row of the table. */
export class MentorError extends Error {
  override readonly name = 'MentorError';
  readonly code: ErrorCode;
  /** Plain data for the log; never a secret, never a person's text. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get row(): ErrorRow {
    return errorTable[this.code];
  }
}

/** Gives any thrown value a row of the table: a MentorError stays itself, everything else becomes `internal`. */
export function toMentorError(thrown: unknown): MentorError {
  if (thrown instanceof MentorError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MentorError('internal', message, { cause: thrown });
}
