import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTokenBudget, type Spender } from '#bot/token-budget.ts';
import { createMemoryRateLimits } from '#services/rate-limits/memory.ts';
import { createBotHarness } from '#test/helpers/bot-harness.ts';

const inTeams = (name: string, tenantId: string): Spender => ({
  userKey: `msteams:${name}`,
  channelId: 'msteams',
  tenantId,
});
const visitor = (name: string): Spender => ({
  userKey: `directline:${name}`,
  channelId: 'directline',
});

describe('the day’s tokens', () => {
  const open = (budgets: { tokensPerDay?: number; tenantTokensPerDay?: number }) =>
    createTokenBudget({ limits: createMemoryRateLimits(), ...budgets });

  it('of one person are no other person’s', async () => {
    const budget = open({ tokensPerDay: 100 });
    await budget.spend(visitor('ada'), 100);
    await assert.rejects(budget.require(visitor('ada')), { code: 'token-budget-spent' });
    await budget.require(visitor('bob'));
  });

  it('of a tenant are spent by all its people together, and by nobody of another one', async () => {
    const budget = open({ tenantTokensPerDay: 100 });
    await budget.spend(inTeams('ada', 'contoso'), 60);
    await budget.require(inTeams('bob', 'contoso'));
    await budget.spend(inTeams('bob', 'contoso'), 60);
    await assert.rejects(budget.require(inTeams('eve', 'contoso')), {
      code: 'tenant-budget-spent',
    });
    await budget.require(inTeams('dan', 'fabrikam'));
    await budget.require(visitor('eve'));
  });

  it('of one name in two channels are two tenants’', async () => {
    const budget = open({ tenantTokensPerDay: 10 });
    await budget.spend(inTeams('ada', 'T1'), 10);
    await budget.require({ userKey: 'slack:U1', channelId: 'slack', tenantId: 'T1' });
  });

  it('of visitors without an organisation are counted together: each can be a new person at will', async () => {
    const budget = open({ tokensPerDay: 100, tenantTokensPerDay: 150 });
    await budget.spend(visitor('one'), 90);
    await budget.spend(visitor('two'), 90);
    await assert.rejects(budget.require(visitor('three')), { code: 'tenant-budget-spent' });
  });

  it('are told by the budget that is nearer to its end', async () => {
    const budget = open({ tokensPerDay: 100, tenantTokensPerDay: 120 });
    assert.equal((await budget.left(visitor('ada'))).of, 'person');
    await budget.spend(visitor('bob'), 70);
    const left = await budget.left(visitor('ada'));
    assert.deepEqual([left.of, left.limit, left.remaining], ['tenant', 120, 50]);
  });

  it('come back after a day', async () => {
    const budget = open({ tokensPerDay: 10 });
    await budget.spend(visitor('ada'), 25);
    const error = await budget.require(visitor('ada')).catch((thrown: unknown) => thrown);
    const { retryAfterSeconds } = (error as { details: { retryAfterSeconds: number } }).details;
    assert.ok(retryAfterSeconds > 86_000 && retryAfterSeconds <= 86_400);
  });
});

describe('a chat whose tokens of the day are used up', () => {
  it('says so in a sentence, by whose they are, and still hears somebody in danger', async () => {
    for (const [budgets, sentence] of [
      [{ tokensPerDay: 1 }, /^You have used up today’s share of answers/],
      [{ tenantTokensPerDay: 1 }, /^Your organisation has used up today’s share of answers/],
    ] as const) {
      const tokenBudget = createTokenBudget({ limits: createMemoryRateLimits(), ...budgets });
      const { say, mentor } = createBotHarness({ tokenBudget });
      await say('How do I start in AI?');
      const asked = mentor.questions.length;
      const [refusal] = await say('And what does an ML engineer do?');
      assert.match(refusal?.text ?? '', sentence);
      assert.equal(mentor.questions.length, asked);
      const spoken = (await say('I want to die')).map(({ text }) => text).join('\n');
      assert.match(spoken, /988/);
    }
  });
});
