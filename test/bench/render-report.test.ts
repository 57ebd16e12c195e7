import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordOf } from './bench-record.ts';
import { drawBars, formatValue } from './draw-bars.ts';
import { pairedFigure, singleFigure } from './figures.ts';
import { figuresOfEndurance, figuresOfOpenStreams } from './figures-of-long.ts';
import type { Endurance } from './measure-endurance.ts';
import type { OpenStreams } from './measure-open-streams.ts';
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
    {
      passages: 1_000_000,
      buildSeconds: 2,
      megabytes: 5,
      oursMs: [2],
      bareMs: [3],
      miniSearchMs: [],
      vectorsMs: [4],
    },
  ],
  profile: [{ part: 'search', share: 0.125 }],
  importCosts: [{ name: 'botbuilder', milliseconds: 365.4 }],
  firstStartMs: 2_345.6,
};

const bench = recordOf(result, { day: '2026-01-02', machine: '2 cores' });

const streams: OpenStreams = {
  people: 1_000,
  minutes: 10,
  askEverySeconds: 30,
  asked: 20_000,
  answered: 19_997,
  failed: { refused: 0, closed: 2, unanswered: 1, apology: 0 },
  repeated: 0,
  firstWordMs: { p50: 20, p95: 210, p99: 400 },
  wholeAnswerMs: { p50: 30, p95: 220 },
  samples: [100, 110, 111, 112].map((heapMb, index) => ({
    minute: index + 1,
    turns: index * 2_000,
    heapMb,
    residentMb: 300,
  })),
  processor: { program: 0.8, driver: 0.1, model: null },
};
const endurance: Endurance = {
  people: 64,
  turns: 4_000,
  failed: 0,
  repeated: 0,
  dataMbBefore: 10,
  samples: [1, 2, 3, 4].map((part) => ({
    turns: part * 1_000,
    heapMb: 100 + part * 20,
    residentMb: 200,
    turnsPerSecond: 60 - part,
    dataMb: 10 + part * 2,
  })),
};
const echo: Endurance = {
  ...endurance,
  turns: 1_000,
  samples: [{ turns: 1_000, heapMb: 40, residentMb: 160, turnsPerSecond: 300, dataMb: 0 }],
};
const figures = [...figuresOfOpenStreams(streams), ...figuresOfEndurance(endurance, echo)].filter(
  ({ ratio }) => !Number.isNaN(ratio),
);
const measured = { day: '2026-03-04', machine: '4 cores' };
const long = { measured, figures, streams, endurance, echo };

test('the report says of each figure what stands beside it and whether its aim is reached', () => {
  const report = renderReport({ bench }, { images: true });
  assert.match(report, /^\| turns a second \| 50 \| 100 \| 0\.5 \| ≥ 1 × \| not yet \|$/m);
  assert.match(report, /^\| objects in use \| 9\.76 KB \| {2}\| {2}\| ≤ 50 KB \| reached \|$/m);
  assert.match(report, /^\| 1,000 \| 1 \| 4 \| 2 \| 3 \| 1 \| 1 \| 4 \| 5 \| 6 \| 7 \|$/m);
  assert.match(
    report,
    /^\| 1,000,000 \| 2 \| 5 \| 2 \| 2 \| 3 \| 3 \| – \| – \| 4 \| 4 \|$/m,
    'what was not measured is a dash',
  );
  assert.match(report, /^\| search \| 12\.5 % \|$/m);
  assert.match(report, /^\| botbuilder \| 365 \|$/m);
  assert.match(report, /took 2,346 ms/);
  assert.match(report, /on 2026-01-02: 2 cores\./);
});

test('the long runs say what failed, how long people waited, and whether memory grew', () => {
  const report = renderReport({ long }, { images: false });
  assert.match(report, /on 2026-03-04: 4 cores\./);
  assert.match(report, /^\| turns that failed, 1,000 open streams \| 3 \|.*\| ≤ 0 \| not yet \|$/m);
  assert.match(report, /the stream was closed 2, no final answer within 30 s 1/);
  assert.match(report, /^\| first word, p95, .* \| 210 ms \|.*\| ≤ 200 ms \| not yet \|$/m);
  assert.match(
    report,
    /, 1,000 open streams \| 112 MB \| 110 MB \| 1\.02 \| ≤ 1\.1 × \| reached \|$/m,
  );
  assert.match(
    report,
    /, over 4,000 turns \| 180 MB \| 140 MB \| 1\.29 \| ≤ 1\.1 × \| not yet \|$/m,
  );
  assert.match(
    report,
    /^\| memory of the process after 1,000 turns \| 200 MB \| 160 MB \| 1\.25 \| ≤ 1\.5 × \| reached \|$/m,
  );
  assert.match(report, /^\| data kept for 10,000 turns, over 4,000 turns \| 20 MB \|/m);
  assert.match(report, /^\| 2,000 \| 58 \| 140 \| 200 \| 14 \| 2 \|$/m);
  assert.doesNotMatch(report, /NaN|undefined|null/);
});

test('either part can stand alone, and together both are told', () => {
  const headings = (report: string) => [...report.matchAll(/^## (.+)$/gm)].map(([, text]) => text);
  const both = headings(renderReport({ bench, long }, { images: false }));
  assert.ok(both.includes('Figures') && both.includes('Long runs'));
  assert.ok(!headings(renderReport({ bench }, { images: false })).includes('Long runs'));
  assert.ok(!headings(renderReport({ long }, { images: false })).includes('Figures'));
});

test('every chart that the report shows is drawn', () => {
  const report = renderReport({ bench, long }, { images: true });
  const shown = [...report.matchAll(/\(images\/([^)]+)\)/g)].map(([, name]) => name);
  const charts = drawCharts({ bench, long });
  assert.deepEqual(shown.toSorted(), Object.keys(charts).toSorted());
  for (const chart of Object.values(charts)) assert.doesNotMatch(chart, /NaN|undefined/);
  assert.doesNotMatch(renderReport({ bench, long }, { images: false }), /images\//);
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
