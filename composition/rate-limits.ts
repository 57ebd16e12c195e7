import type { Middleware } from 'botbuilder';
import type { TokenBudget } from '#bot/token-budget.ts';
import type { Config } from '#config.ts';
import type { Logger } from '#log.ts';
import type { RateLimits } from '#services/rate-limits/port.ts';
import type { Circuit } from '#services/resilience/circuit.ts';

/** Counts for this process, or with Redis for all of them; connects to nothing before somebody is counted. */
export async function openRateLimits(
  { redisUrl }: Config,
  logger: Logger,
): Promise<RateLimits & { readonly circuit?: Circuit }> {
  if (redisUrl === undefined)
    return openedWhenCounted(async () => {
      const { createMemoryRateLimits } = await import('#services/rate-limits/memory.ts');
      return createMemoryRateLimits();
    });
  const { createRedisRateLimits } = await import('#services/rate-limits/redis.ts');
  return createRedisRateLimits({ url: redisUrl, logger });
}

/** At a person's own machine, which has no limits, nothing is ever counted. */
function openedWhenCounted(open: () => Promise<RateLimits>): RateLimits {
  let opening: Promise<RateLimits> | undefined;
  const opened = () => {
    opening ??= open();
    return opening;
  };
  return {
    take: async (...given) => (await opened()).take(...given),
    forget: async (...given) => (await opened()).forget(...given),
    close: async () => (await opening)?.close(),
  };
}

/** What stops messages beyond the limit; nothing where there is no limit. */
export async function openMessageLimit(
  { messagesPerMinute }: Config,
  limits: RateLimits,
  isCrisis: (text: string) => boolean,
): Promise<Middleware[]> {
  if (messagesPerMinute === undefined) return [];
  const { createRateLimit } = await import('#bot/middleware/rate-limit.ts');
  return [createRateLimit({ limits, perMinute: messagesPerMinute, isCrisis })];
}

/** What answers may cost within a day; nothing where there is no such limit. */
export async function openTokenBudget(
  { tokensPerDay, tenantTokensPerDay }: Config,
  limits: RateLimits,
): Promise<{ readonly tokenBudget?: TokenBudget }> {
  if (tokensPerDay === undefined && tenantTokensPerDay === undefined) return {};
  const { createTokenBudget } = await import('#bot/token-budget.ts');
  return { tokenBudget: createTokenBudget({ limits, tokensPerDay, tenantTokensPerDay }) };
}
