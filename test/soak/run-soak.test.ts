import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSoak } from './render-soak.ts';
import { heapGrowth, runSoak } from './run-soak.ts';

const sample = (heapMb: number, minute: number) => ({ minute, turns: 10, heapMb, residentMb: 200 });

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

test('what grows on is told from what was filled at the beginning', () => {
  const filled = [50, 60, 70, 80, 80, 81, 80, 80].map(sample);
  assert.equal(heapGrowth(filled), 80 / 70 - 1);
  const flat = [50, 80, 80, 80, 82, 80, 81, 80].map(sample);
  assert.equal(heapGrowth(flat), 0);
  const leaking = [50, 60, 70, 80, 90, 100, 110, 120].map(sample);
  assert.ok(heapGrowth(leaking) > 0.5);
});
