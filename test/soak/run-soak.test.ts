import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSoak } from './render-soak.ts';
import { runSoak } from './run-soak.ts';

test('under load an alert fires, is acknowledged over the API and resolves, and everybody is answered', async () => {
  const result = await runSoak({
    minutes: 1,
    people: 2,
    slowMs: 3_000,
    rule: 'slow',
    rules: [
      {
        rule: 'slow',
        title: 'Answers take longer than two seconds',
        metric: 'responseTimeP95Seconds',
        comparison: 'above',
        threshold: 2,
        windowSeconds: 10,
        forSeconds: 0,
        clearForSeconds: 0,
        severity: 'critical',
      },
    ],
  });
  assert.equal(result.failures, 0);
  assert.ok(result.turns > 0);
  assert.ok(result.liveMessages > 1, 'the dashboard hears of it');
  assert.equal(result.samples.length, 20);
  assert.match(renderSoak(result, '2026-11-23'), /The alert `slow` fired/);
});
