import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heapGrowth, quartersOf, sampleMemory } from './memory-samples.ts';

const sample = (heapMb: number) => ({ heapMb });

test('what grows on is told from what was filled at the beginning', () => {
  const filled = [50, 60, 70, 80, 80, 81, 80, 80].map(sample);
  assert.equal(heapGrowth(filled), 80 / 70 - 1);
  const flat = [50, 80, 80, 80, 82, 80, 81, 80].map(sample);
  assert.equal(heapGrowth(flat), 0);
  const leaking = [50, 60, 70, 80, 90, 100, 110, 120].map(sample);
  assert.ok(heapGrowth(leaking) > 0.5);
});

test('of fewer than four samples nobody can say whether they grew', () => {
  assert.deepEqual(quartersOf([1, 2, 3]), { second: [], last: [] });
  assert.equal(heapGrowth([1, 2, 3].map(sample)), Number.NaN);
});

test('memory is read as often as asked for, before the collection what the process holds and after it what is in use', async () => {
  const order: string[] = [];
  const program = {
    heapBytes: async () => order.push('collected') && 12_340_000,
    residentMb: () => order.push('resident') && 99.6,
  };
  let turns = 0;
  const samples = await sampleMemory(program, { minutes: 0, samples: 2, turns: () => ++turns });
  assert.deepEqual(samples, [
    { minute: 0, turns: 1, heapMb: 12.3, residentMb: 100 },
    { minute: 0, turns: 2, heapMb: 12.3, residentMb: 100 },
  ]);
  assert.deepEqual(order, ['resident', 'collected', 'resident', 'collected']);
});
