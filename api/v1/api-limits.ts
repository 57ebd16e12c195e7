import { RequestProblem } from '#api/problem.ts';
import type { Caller } from '#api/sign-in/caller.ts';
import type { RateLimitCount, RateLimitRule, RateLimits } from '#services/rate-limits/port.ts';

/** How many reads go with one message. */
const readsPerMessage = 10;
/** How many people's calls may come from one address: a household, an office, a class. */
const peoplePerAddress = 20;
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
  /** Counts one call of a person and of an address; without a limit there is nothing to say. */
  count(kind: 'message' | 'read', caller: Caller, address: string): Promise<LimitOutcome>;
  /** Counts a failed sign-in of an address; rejects with `rate-limited` where it has had too many. */
  countFailedSignIn(address: string): Promise<void>;
}

/**
 * Limits calls: messages, which a person sends in a chat too, and apart from them reads. An address is limited beside its people,
 * since where nobody signs in a caller is a new person at will.
 */
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
    async count(kind, { identities }, address) {
      if (messagesPerMinute === undefined) return { headers: {} };
      const rule: RateLimitRule =
        kind === 'message'
          ? // The same name and limit as in the chat: who is signed in has one allowance.
            { name: 'messages', limit: messagesPerMinute, windowSeconds }
          : { name: 'api-reads', limit: messagesPerMinute * readsPerMessage, windowSeconds };
      const addressRule: RateLimitRule = {
        name: `address-${rule.name}`,
        limit: rule.limit * peoplePerAddress,
        windowSeconds,
      };
      const [count, addressCount] = await Promise.all([
        limits.take(rule, identities[0].userKey),
        limits.take(addressRule, address),
      ]);
      const headers = headersOf(rule, count);
      const refused = [count, addressCount].find(({ isAllowed }) => !isAllowed);
      return refused === undefined ? { headers } : { headers, refusal: tooFast(refused) };
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
