import assert from 'node:assert/strict';
import { it } from 'node:test';
import { conflict, retryOnConflict } from '#services/azure/retry-on-conflict.ts';
import { cosmosService } from '#services/azure/service-settings.ts';

const countAttempts = (succeedsAt: number) => {
  const waitsMs: number[] = [];
  let attempts = 0;
  const result = retryOnConflict(
    cosmosService,
    'writing',
    async () => {
      attempts += 1;
      return attempts === succeedsAt ? 'written' : conflict;
    },
    async (delayMs) => waitsMs.push(delayMs),
  );
  return { result, waitsMs };
};

it('tries until nobody was faster, and waits at most a fifth of a second between', async () => {
  const { result, waitsMs } = countAttempts(40);
  assert.equal(await result, 'written');
  assert.equal(waitsMs.length, 39);
  assert.ok(waitsMs.every((waitMs) => waitMs >= 0 && waitMs <= 200));
});

it('does not wait where the first attempt succeeds', async () => {
  const { result, waitsMs } = countAttempts(1);
  await result;
  assert.deepEqual(waitsMs, []);
});

it('gives up after sixty attempts, and says that it may work later', async () => {
  await assert.rejects(countAttempts(61).result, {
    code: 'data-unavailable',
    details: { setting: 'AZURE_COSMOS_ENDPOINT', status: 412, isRetryable: true },
  });
});

it('passes on what an attempt throws', async () => {
  const broken = () => Promise.reject(new Error('broken'));
  await assert.rejects(retryOnConflict(cosmosService, 'writing', broken), /broken/);
});
