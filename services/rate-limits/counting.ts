import { createHash } from 'node:crypto';
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimitCount, RateLimitRule } from './port.ts';

/** One limiter for each rule, made when it is first needed. */
export function limiterForEachRule<Limiter, Given extends readonly unknown[]>(
  create: (rule: RateLimitRule, ...given: Given) => Limiter,
): (rule: RateLimitRule, ...given: Given) => Limiter {
  const limiters = new Map<string, Limiter>();
  return (rule, ...given) => {
    const limiter = limiters.get(rule.name) ?? create(rule, ...given);
    limiters.set(rule.name, limiter);
    return limiter;
  };
}

/** Takes from the library's limiter, which throws a count beyond the limit as if it were an error. */
export async function takeFrom(
  limiter: Pick<RateLimiterAbstract, 'consume'>,
  { limit }: RateLimitRule,
  key: string,
  amount: number,
): Promise<RateLimitCount> {
  const counted = await limiter.consume(toStoredKey(key), amount).catch((thrown: unknown) => {
    if (thrown instanceof RateLimiterRes) return thrown;
    throw thrown;
  });
  const used = counted.consumedPoints;
  return {
    isAllowed: used <= limit,
    used,
    remaining: Math.max(0, limit - used),
    resetMs: Math.max(0, counted.msBeforeNext),
  };
}

/** The same for the same key, and not to be read back: nobody's id lies in a store for being counted. */
export function toStoredKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
