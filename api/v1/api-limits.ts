import { RequestProblem } from '#api/problem.ts';
import type { Caller } from '#api/sign-in/caller.ts';
import type { RateLimitCount, RateLimitRule, RateLimits } from '#services/rate-limits/port.ts';

/** How many reads go with one message. */
const readsPerMessage = 10;
/** How often one address may present what is no token, within a minute. */
const failedSignInsPerMinute = 60;
const windowSeconds = 60;

export interface LimitOutcome {
  /** What is left, for every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Why this call must wait; absent where it may go on. */
  readonly refusal?: RequestProblem;
}

export interface ApiLimits {
  /** Counts one call; without a limit there is nothing to say. */
  count(kind: 'message' | 'read', caller: Caller): Promise<LimitOutcome>;
  /** Counts a failed sign-in of an address; rejects with `rate-limited` where it has had too many. */
  countFailedSignIn(address: string): Promise<void>;
}

/** Limits a person's calls: messages, which a person sends in a chat too, and apart from them reads. */
export function createApiLimits(options: {
  readonly limits: Pick<RateLimits, 'take'>;
  /** Messages a minute; absent: as many as anybody likes. */
  readonly messagesPerMinute: number | undefined;
}): ApiLimits {
  const { limits, messagesPerMinute } = options;
  const failedSignIns: RateLimitRule = {
    name: 'failed-sign-ins',
    limit: failedSignInsPerMinute,
    windowSeconds,
  };
  return {
    async count(kind, { identities }) {
      if (messagesPerMinute === undefined) return { headers: {} };
      const rule: RateLimitRule =
        kind === 'message'
          ? // The same name and limit as in the chat: who is signed in has one allowance.
            { name: 'messages', limit: messagesPerMinute, windowSeconds }
          : { name: 'api-reads', limit: messagesPerMinute * readsPerMessage, windowSeconds };
      const count = await limits.take(rule, identities[0].userKey);
      const headers = headersOf(rule, count);
      return count.isAllowed ? { headers } : { headers, refusal: tooFast(count) };
    },
    async countFailedSignIn(address) {
      const count = await limits.take(failedSignIns, address);
      if (!count.isAllowed) throw tooFast(count);
    },
  };
}

function tooFast({ resetMs }: RateLimitCount): RequestProblem {
  return new RequestProblem('rate-limited', { headers: { 'Retry-After': secondsOf(resetMs) } });
}

/** https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07 */
function headersOf(
  { limit }: RateLimitRule,
  { remaining, resetMs }: RateLimitCount,
): Record<string, string> {
  return {
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(remaining),
    'RateLimit-Reset': secondsOf(resetMs),
    'RateLimit-Policy': `${limit};w=${windowSeconds}`,
  };
}

function secondsOf(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1_000)));
}
