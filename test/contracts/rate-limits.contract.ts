import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { RateLimitRule, RateLimits } from '#services/rate-limits/port.ts';
import { awkwardTexts } from './awkward-text.ts';

/** What every RateLimits promises; `wait` lets time pass on its clock. */
export function describeRateLimits(
  name: string,
  open: () => Promise<{ limits: RateLimits; wait(milliseconds: number): Promise<void> }>,
): void {
  describe(`RateLimits: ${name}`, () => {
    let limits: RateLimits;
    let wait: (milliseconds: number) => Promise<void>;
    let rule: RateLimitRule;
    beforeEach(async () => {
      ({ limits, wait } = await open());
      rule = { name: `messages-${randomUUID()}`, limit: 3, windowSeconds: 3_600 };
    });
    afterEach(() => limits.close());

    it('allows so many and no more, and goes on counting', async () => {
      const counts = [];
      for (let call = 0; call < 5; call += 1) counts.push(await limits.take(rule, 'ada'));
      assert.deepEqual(
        counts.map(({ isAllowed, used, remaining }) => [isAllowed, used, remaining]),
        [
          [true, 1, 2],
          [true, 2, 1],
          [true, 3, 0],
          [false, 4, 0],
          [false, 5, 0],
        ],
      );
    });

    it('tells how long the window goes on', async () => {
      for (let call = 0; call < 5; call += 1) {
        const { resetMs } = await limits.take(rule, 'ada');
        assert.ok(resetMs > 0 && resetMs <= 3_600_000, String(resetMs));
      }
    });

    it('counts each person for themselves, whatever characters their id has', async () => {
      const people = [...Object.values(awkwardTexts), 'ada', 'Ada', 'ada ', 'ada:1', ''];
      for (const person of new Set(people))
        assert.equal((await limits.take(rule, person)).used, 1, person);
    });

    it('counts each rule for itself', async () => {
      await limits.take(rule, 'ada', 3);
      const other = { ...rule, name: `${rule.name}-other` };
      assert.equal((await limits.take(other, 'ada')).used, 1);
    });

    it('takes several at once, also more than are left', async () => {
      assert.equal((await limits.take(rule, 'ada', 2)).isAllowed, true);
      const { isAllowed, used, remaining } = await limits.take(rule, 'ada', 1_000);
      assert.deepEqual([isAllowed, used, remaining], [false, 1_002, 0]);
    });

    it('counts every one of many at the same moment', async () => {
      const counts = await Promise.all(Array.from({ length: 20 }, () => limits.take(rule, 'ada')));
      assert.deepEqual(
        counts.map(({ used }) => used).toSorted((left, right) => left - right),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      assert.equal(counts.filter(({ isAllowed }) => isAllowed).length, 3);
    });

    it('begins anew when the window is over', async () => {
      const short = { ...rule, limit: 1, windowSeconds: 1 };
      await limits.take(short, 'ada');
      await wait(1_050);
      const { isAllowed, used } = await limits.take(short, 'ada');
      assert.deepEqual([isAllowed, used], [true, 1]);
    });

    it('forgets what one person took, also where that is nothing', async () => {
      await limits.take(rule, 'ada', 3);
      await limits.take(rule, 'grace', 3);
      await limits.forget(rule, 'ada');
      await limits.forget(rule, 'nobody');
      assert.equal((await limits.take(rule, 'ada')).used, 1);
      assert.equal((await limits.take(rule, 'grace')).used, 4);
    });
  });
}
