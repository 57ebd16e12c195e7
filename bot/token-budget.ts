import { MentorError } from '#errors.ts';
import type { RateLimitRule, RateLimits } from '#services/rate-limits/port.ts';

/** What one person's answers may cost within a day. */
export interface TokenBudget {
  /** Rejects with `token-budget-spent` where nothing is left. */
  require(userKey: string): Promise<void>;
  /** Notes what an answer cost; the last one may go over the budget. */
  spend(userKey: string, tokens: number): Promise<void>;
}

const daySeconds = 86_400;

/** Counts a person's tokens from the first of a day until 24 hours later. */
export function createTokenBudget(options: {
  readonly limits: Pick<RateLimits, 'take'>;
  readonly tokensPerDay: number;
}): TokenBudget {
  const rule: RateLimitRule = {
    name: 'tokens',
    limit: options.tokensPerDay,
    windowSeconds: daySeconds,
  };
  return {
    async require(userKey) {
      const { used, resetMs } = await options.limits.take(rule, userKey, 0);
      if (used >= options.tokensPerDay)
        throw new MentorError('token-budget-spent', 'The day’s tokens are used up.', {
          details: { retryAfterSeconds: Math.ceil(resetMs / 1_000) },
        });
    },
    async spend(userKey, tokens) {
      if (tokens > 0) await options.limits.take(rule, userKey, tokens);
    },
  };
}
