import { MentorError } from '#errors.ts';
import type { RateLimitRule, RateLimits } from '#services/rate-limits/port.ts';

/** Whose budgets an answer counts against. */
export interface Spender {
  /** The person across all stores. */
  readonly userKey: string;
  readonly channelId: string;
  /** The organisation as the channel names it: a Teams tenant, a Slack workspace. Absent: this server's own people. */
  readonly tenantId?: string | undefined;
}

/** What is left within the day of one budget. */
export interface TokenAllowance {
  readonly of: 'person' | 'tenant';
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** What the answers of one person, and of one tenant together, may cost within a day. */
export interface TokenBudget {
  /** The budget that is nearer to its end. */
  left(spender: Spender): Promise<TokenAllowance>;
  /** Rejects with `token-budget-spent` or `tenant-budget-spent` where nothing is left. */
  require(spender: Spender): Promise<void>;
  /** Notes what an answer cost; the last one may go over the budget. */
  spend(spender: Spender, tokens: number): Promise<void>;
}

export interface TokenBudgetOptions {
  readonly limits: Pick<RateLimits, 'take'>;
  /** Absent: one person may use as many as they like. */
  readonly tokensPerDay?: number | undefined;
  /** Absent: all people of one tenant together may. */
  readonly tenantTokensPerDay?: number | undefined;
}

const daySeconds = 86_400;

/** Counts the tokens of people and of tenants, each from the first of a day until 24 hours later. */
export function createTokenBudget(options: TokenBudgetOptions): TokenBudget {
  const { limits, tokensPerDay, tenantTokensPerDay } = options;
  const budgets = [
    budgetOf('person', { name: 'tokens', limit: tokensPerDay, keyOf: ({ userKey }) => userKey }),
    budgetOf('tenant', { name: 'tenant-tokens', limit: tenantTokensPerDay, keyOf: tenantKeyOf }),
  ].flat();

  const left = async (spender: Spender): Promise<TokenAllowance> => {
    const allowances = await Promise.all(
      budgets.map(async ({ of, rule, keyOf }) => {
        const { remaining, resetMs } = await limits.take(rule, keyOf(spender), 0);
        return { of, limit: rule.limit, remaining, resetSeconds: Math.ceil(resetMs / 1_000) };
      }),
    );
    const [nearest] = allowances.toSorted((one, other) => one.remaining - other.remaining);
    if (nearest === undefined) throw new Error('A token budget without any budget was opened.');
    return nearest;
  };
  return {
    left,
    async require(spender) {
      refuseSpent(await left(spender));
    },
    async spend(spender, tokens) {
      if (tokens <= 0) return;
      await Promise.all(
        budgets.map(({ rule, keyOf }) => limits.take(rule, keyOf(spender), tokens)),
      );
    },
  };
}

/** Throws `token-budget-spent` or `tenant-budget-spent` where nothing is left. */
export function refuseSpent({ of, remaining, resetSeconds }: TokenAllowance): void {
  if (remaining > 0) return;
  const code = of === 'person' ? 'token-budget-spent' : 'tenant-budget-spent';
  throw new MentorError(code, `The day’s tokens of the ${of} are used up.`, {
    details: { retryAfterSeconds: resetSeconds },
  });
}

interface Budget {
  readonly of: TokenAllowance['of'];
  readonly rule: RateLimitRule;
  readonly keyOf: (spender: Spender) => string;
}

/** One budget, or none where it has no limit. */
function budgetOf(
  of: Budget['of'],
  { name, limit, keyOf }: Pick<Budget, 'keyOf'> & { name: string; limit: number | undefined },
): Budget[] {
  return limit === undefined
    ? []
    : [{ of, keyOf, rule: { name, limit, windowSeconds: daySeconds } }];
}

/** Whoever comes without an organisation counts to the one that runs the server: a visitor is a new person at will. */
function tenantKeyOf({ channelId, tenantId }: Spender): string {
  return tenantId === undefined ? 'own' : `${channelId}:${tenantId}`;
}
