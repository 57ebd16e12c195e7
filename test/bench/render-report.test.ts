import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawBars, formatValue } from './draw-bars.ts';
import { pairedFigure, singleFigure } from './figures.ts';
import { drawCharts, renderReport } from './render-report.ts';
import type { BenchResult } from './run-bench.ts';

const load = { people: 16, turnsPerSecond: [50, 60], processorMs: [8, 8], acknowledgedMs: [1] };
const result: BenchResult = {
  figures: [
    pairedFigure(
      {
        id: 'turns-16',
        label: 'turns a second',
        unit: '',
        better: 'higher',
        aim: { of: 'ratio', value: 1 },
        watched: true,
      },
      { ours: [50], theirs: [100] },
    ),
    singleFigure(
      {
        id: 'heap',
        label: 'objects in use',
        unit: 'KB',
        better: 'lower',
        aim: { of: 'ours', value: 50 },
        watched: true,
      },
      9.756,
    ),
  ],
  turns: { 'Career Mentor': [load], 'echo bot': [load] },
  search: [
    {
      passages: 1_000,
      buildSeconds: 1,
      megabytes: 4,
      oursMs: [2, 3],
      bareMs: [1, 1],
      miniSearchMs: [4, 5],
      vectorsMs: [6, 7],
    },
  ],
  profile: [{ part: 'search', share: 0.125 }],
  importCosts: [{ name: 'botbuilder', milliseconds: 365.4 }],
  firstStartMs: 2_345.6,
};

test('the report says of each figure what stands beside it and whether its aim is reached', () => {
  const report = renderReport(result, { images: true });
  assert.match(report, /^\| turns a second \| 50 \| 100 \| 0\.5 \| ≥ 1 × \| not yet \|$/m);
  assert.match(report, /^\| objects in use \| 9\.76 KB \| {2}\| {2}\| ≤ 50 KB \| reached \|$/m);
  assert.match(report, /^\| 1,000 \| 1 \| 4 \| 2 \| 3 \| 1 \| 1 \| 4 \| 5 \| 6 \| 7 \|$/m);
  assert.match(report, /^\| search \| 12\.5 % \|$/m);
  assert.match(report, /^\| botbuilder \| 365 \|$/m);
  assert.match(report, /took 2,346 ms/);
});

test('every chart that the report shows is drawn', () => {
  const report = renderReport(result, { images: true });
  const shown = [...report.matchAll(/\(images\/([^)]+)\)/g)].map(([, name]) => name);
  assert.deepEqual(shown.toSorted(), Object.keys(drawCharts(result)).toSorted());
  assert.doesNotMatch(renderReport(result, { images: false }), /images\//);
});

test('a bar is as long as its value says, or its logarithm where values differ by powers of ten', () => {
  const groups = [{ label: 'a', values: [1, 100] }];
  const widths = (scale: 'linear' | 'logarithmic') =>
    [
      ...drawBars({ title: 't', series: ['x', 'y'], groups, scale }).matchAll(/width="(\d+\.\d)"/g),
    ].map(([, width]) => Number(width));
  assert.deepEqual(widths('linear'), [5.4, 540]);
  assert.deepEqual(widths('logarithmic'), [70.6, 540]);
});

test('values have three digits, and large ones their separators', () => {
  assert.deepEqual([0.12345, 12.345, 99.96, 1_234.5].map(formatValue), [
    '0.123',
    '12.3',
    '100',
    '1,235',
  ]);
});
