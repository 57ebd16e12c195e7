import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importCosts } from './profile-start.ts';

function node(id: number, url: string, children: number[] = []) {
  return { id, children, callFrame: { functionName: 'work', url } };
}

const nodes = [
  node(1, '', [2]),
  node(2, 'file:///app/main.ts', [3, 5, 6]),
  node(3, 'file:///app/node_modules/botbuilder/lib/index.js', [4]),
  node(4, 'file:///app/node_modules/@azure/identity/index.js'),
  node(5, 'node:internal/modules/cjs/loader'),
  node(6, 'file:///app/node_modules/small/index.js'),
];

test('a start is spent on the packages that we load, each with what it loads, and on the rest', () => {
  const profile = {
    nodes,
    samples: [3, 4, 5, 6, 3],
    timeDeltas: [30_000, 40_000, 25_000, 5_000, 900_000],
  };
  assert.deepEqual(importCosts(profile, 200), [
    { name: 'botbuilder', milliseconds: 70 },
    { name: 'our own code, and what Node does for it', milliseconds: 25 },
    { name: 'packages below 20 ms each', milliseconds: 5 },
  ]);
});
