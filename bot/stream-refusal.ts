/** Why a channel did not take a part of a growing message. */
export type StreamRefusal =
  /** The person pressed Stop. */
  | 'stopped'
  /** The stream lived longer than the channel lets it. */
  | 'expired'
  /** The stream has its final message already. */
  | 'completed'
  | 'too-large'
  | 'rate-limited'
  /** Not answering, or failing on its own side. */
  | 'unavailable'
  /** This conversation takes no streams, or not these words. */
  | 'not-allowed';

interface ConnectorError {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): string | null | undefined } };
}

/** In Microsoft's words: the API names most reasons in its message alone. */
const reasons: readonly (readonly [StreamRefusal, RegExp])[] = [
  ['stopped', /cancell?ed by (?:the )?user/i],
  ['expired', /exceeded streaming time/i],
  ['completed', /already completed/i],
  ['too-large', /size too (?:large|big)|MessageSizeTooBig/i],
];

/** Reads the reason out of what sending threw. */
export function readStreamRefusal(error: unknown): StreamRefusal {
  if (error instanceof StreamStopped) return 'stopped';
  const { statusCode, code, message } = (error ?? {}) as ConnectorError;
  const status = typeof statusCode === 'number' ? statusCode : undefined;
  if (status === 429) return 'rate-limited';
  if (status === 413) return 'too-large';
  if (status === undefined || status >= 500 || status === 408 || status === 412)
    return 'unavailable';
  const said = `${String(code ?? '')} ${String(message ?? '')}`;
  return reasons.find(([, words]) => words.test(said))?.[0] ?? 'not-allowed';
}

/** How long the channel asked to be left alone, where it said so in seconds. */
export function readRetryAfterMs(error: unknown): number | undefined {
  const headers = ((error ?? {}) as ConnectorError).response?.headers;
  const seconds = Number(headers?.get?.('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

/** The person stopped the answer: nothing more is sent, and nothing went wrong. */
export class StreamStopped extends Error {
  override readonly name = 'StreamStopped';

  constructor() {
    super('The person stopped the answer.');
  }
}
