import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharesOf } from './profile-turns.ts';

function node(id: number, url: string, children: number[] = [], functionName = 'work') {
  return { id, children, callFrame: { functionName, url } };
}

const nodes = [
  node(1, '', [2, 4, 6, 7], '(root)'),
  node(2, 'file:///app/services/knowledge-index/sqlite.ts', [3]),
  node(3, 'node:internal/util'),
  node(4, 'file:///app/cards/render-card.ts', [5]),
  node(5, 'file:///app/node_modules/adaptivecards-templating/lib/template-engine.js'),
  node(6, '', [], '(idle)'),
  node(7, 'file:///app/node_modules/botbuilder-core/lib/turnContext.js'),
];

test('time belongs to the innermost part of the program, and idle time to none', () => {
  const profile = {
    nodes,
    samples: [3, 5, 6, 7, 2],
    timeDeltas: [1_000, 1_000, 9_000, 1_000, 1_000],
  };
  assert.deepEqual(sharesOf(profile, 0), [
    { part: 'search', share: 0.5 },
    { part: 'cards', share: 0.25 },
    { part: 'Bot Framework SDK and its HTTP client, restify', share: 0.25 },
  ]);
});

test('what was before the given moment is left out', () => {
  const profile = { nodes, samples: [5, 3], timeDeltas: [4_000, 2_000] };
  assert.deepEqual(sharesOf(profile, 5), [{ part: 'search', share: 1 }]);
});
