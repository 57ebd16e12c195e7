import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { createTokenBudget } from '#bot/token-budget.ts';
import { createMemoryRateLimits } from '#services/rate-limits/memory.ts';
import { type ApiHost, beginSession, startApi } from '#test/helpers/start-api.ts';

describe('the limits of the API', () => {
  let host: ApiHost;
  afterEach(() => host.close());
  const ask = (sessionId: string, message: string, person = 'me') =>
    host.call('POST', '/api/v1/chat/message', { person, body: { sessionId, message } });

  it('are told with every answer, and beyond them the caller is told how long to wait', async () => {
    host = await startApi({ messagesPerMinute: 3 });
    const sessionId = await beginSession(host);
    const second = await ask(sessionId, 'What is RAG?');
    assert.equal(second.headers.get('ratelimit-limit'), '3');
    assert.equal(second.headers.get('ratelimit-remaining'), '1');
    assert.equal(second.headers.get('ratelimit-policy'), '3;w=60');
    const reset = Number(second.headers.get('ratelimit-reset'));
    assert.ok(reset > 0 && reset <= 60);
    await ask(sessionId, 'And an agent?');
    const fourth = await ask(sessionId, 'And now?');
    assert.equal(fourth.status, 429);
    assert.equal(fourth.headers.get('ratelimit-remaining'), '0');
    const retryAfter = Number(fourth.headers.get('retry-after'));
    assert.ok(retryAfter > 0 && retryAfter <= 60);
    assert.equal(((await fourth.json()) as { code: string }).code, 'rate-limited');
    assert.equal(host.questions.length, 2);
  });

  it('count reads apart from messages, and each person apart', async () => {
    host = await startApi({ messagesPerMinute: 1 });
    const sessionId = await beginSession(host);
    assert.equal((await ask(sessionId, 'What is RAG?')).status, 429);
    const read = await host.call('GET', `/api/v1/chat/session/${sessionId}`);
    assert.equal(read.status, 200);
    assert.equal(read.headers.get('ratelimit-limit'), '10');
    assert.equal((await host.call('POST', '/api/v1/chat/session', { person: 'bob' })).status, 201);
  });

  it('hold for an address beside its people, who may be one person under many names', async () => {
    host = await startApi({ messagesPerMinute: 1 });
    const begin = (person: string) =>
      host.call('POST', '/api/v1/chat/session', { person, body: {} });
    for (let person = 0; person < 20; person += 1)
      assert.equal((await begin(`person-${person}`)).status, 201);
    const refused = await begin('person-20');
    assert.equal(refused.status, 429);
    assert.equal(((await refused.json()) as { code: string }).code, 'rate-limited');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    // Reads are counted apart there too.
    assert.equal((await host.call('GET', '/api/v1/me', { person: 'person-20' })).status, 200);
  });

  it('count what could not be read as well', async () => {
    host = await startApi({ messagesPerMinute: 2 });
    for (const status of [400, 400, 429])
      assert.equal(
        (await host.call('POST', '/api/v1/chat/message', { body: { sessionId: 5 } })).status,
        status,
      );
  });

  it('hold up neither somebody in danger nor somebody who wants to be forgotten', async () => {
    host = await startApi({
      messagesPerMinute: 1,
      changes: {
        tokenBudget: createTokenBudget({ limits: createMemoryRateLimits(), tokensPerDay: 1 }),
      },
    });
    const sessionId = await beginSession(host);
    for (const _ of [1, 2, 3]) {
      const response = await ask(sessionId, 'I want to die');
      assert.equal(response.status, 200);
      assert.match(((await response.json()) as { response: string }).response, /988/);
    }
    assert.equal((await host.call('DELETE', '/api/v1/me')).status, 200);
  });

  it('stop whoever used up the tokens of the day, and nobody else', async () => {
    const tokenBudget = createTokenBudget({ limits: createMemoryRateLimits(), tokensPerDay: 200 });
    host = await startApi({ changes: { tokenBudget } });
    const sessionId = await beginSession(host);
    assert.equal((await ask(sessionId, 'One?')).status, 200);
    assert.equal((await ask(sessionId, 'Two?')).status, 200);
    const third = await ask(sessionId, 'Three?');
    assert.equal(third.status, 429);
    assert.equal(((await third.json()) as { code: string }).code, 'token-budget-spent');
    assert.ok(Number(third.headers.get('retry-after')) > 86_000);
    const bobs = await beginSession(host, { person: 'bob' });
    assert.equal((await ask(bobs, 'One?', 'bob')).status, 200);
    assert.equal((await host.call('GET', '/api/v1/me')).status, 200);
  });

  it('tell how many tokens are left of the day, by the budget that is nearer to its end', async () => {
    const tokenBudget = createTokenBudget({
      limits: createMemoryRateLimits(),
      tokensPerDay: 1_000,
      tenantTokensPerDay: 1_200,
    });
    host = await startApi({ changes: { tokenBudget } });
    const budgetOf = ({ headers }: Response) =>
      ['limit', 'remaining'].map((name) => Number(headers.get(`token-budget-${name}`)));
    const adas = await beginSession(host, { person: 'ada' });
    assert.deepEqual(budgetOf(await ask(adas, 'One?', 'ada')), [1_000, 1_000]);
    const [limit, remaining = 0] = budgetOf(await ask(adas, 'Two?', 'ada'));
    assert.equal(limit, 1_000);
    assert.ok(remaining < 1_000);
    const streamed = await host.call('POST', '/api/v1/chat/message', {
      person: 'ada',
      headers: { accept: 'text/event-stream' },
      body: { sessionId: adas, message: 'Three?' },
    });
    assert.ok(Number(streamed.headers.get('token-budget-remaining')) < remaining);
    assert.ok(Number(streamed.headers.get('token-budget-reset')) > 86_000);
    await streamed.text();
  });

  it('stop everybody of a tenant that used up its tokens, with a sentence of its own', async () => {
    const tokenBudget = createTokenBudget({
      limits: createMemoryRateLimits(),
      tenantTokensPerDay: 200,
    });
    host = await startApi({ changes: { tokenBudget } });
    const [adas, bobs] = [
      await beginSession(host, { person: 'ada' }),
      await beginSession(host, { person: 'bob' }),
    ];
    assert.equal((await ask(adas, 'One?', 'ada')).status, 200);
    assert.equal((await ask(bobs, 'Two?', 'bob')).status, 200);
    const third = await ask(adas, 'Three?', 'ada');
    assert.equal(third.status, 429);
    const { code, title } = (await third.json()) as { code: string; title: string };
    assert.equal(code, 'tenant-budget-spent');
    assert.match(title, /^Your organisation has used up/);
    assert.equal(third.headers.get('token-budget-remaining'), '0');
    assert.equal((await ask(adas, 'I want to die', 'ada')).status, 200);
  });

  it('slow an address that keeps presenting what is no token', async () => {
    host = await startApi({
      signIn: { issuer: 'http://127.0.0.1:9', audience: 'a', adminRole: 'admin' },
    });
    const statuses = new Set<number>();
    for (let count = 0; count < 70; count += 1)
      statuses.add((await host.call('GET', '/api/v1/me')).status);
    assert.deepEqual([...statuses], [401, 429]);
  });
});
