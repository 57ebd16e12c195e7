import { RateLimiterMemory } from 'rate-limiter-flexible';
import { limiterForEachRule, takeFrom, toStoredKey } from './counting.ts';
import type { RateLimits } from './port.ts';

/** Counts in the program's own memory; every process has its own counts, and forgets them when their window is over. */
export function createMemoryRateLimits(): RateLimits {
  const limiterOf = limiterForEachRule(
    ({ name, limit, windowSeconds }) =>
      new RateLimiterMemory({ keyPrefix: name, points: limit, duration: windowSeconds }),
  );
  return {
    take: (rule, key, amount = 1) => takeFrom(limiterOf(rule), rule, key, amount),
    async forget(rule, key) {
      await limiterOf(rule).delete(toStoredKey(key));
    },
    async close() {},
  };
}
