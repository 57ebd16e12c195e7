import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { recordIn } from './bench-files.ts';
import { type BenchRecord, recordOf } from './bench-record.ts';
import type { Endurance } from './measure-endurance.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'career-mentor-bench-files-'));
});
after(() => rmSync(folder, { recursive: true }));

const load = { people: 1, turnsPerSecond: [40, 50, 60], processorMs: [1], acknowledgedMs: [1] };
const times = { oursMs: [1, 2, 3], bareMs: [1], miniSearchMs: [1], vectorsMs: [1] };
const result = {
  figures: [],
  turns: { 'Career Mentor': [load] },
  search: [{ passages: 10, buildSeconds: 1, megabytes: 1, ...times }],
  profile: [],
  importCosts: [],
  firstStartMs: 1_000,
};
const memory = { heapMb: 50, residentMb: 100 };
const endurance: Endurance = {
  people: 1,
  turns: 10,
  failed: 0,
  repeated: 0,
  dataMbBefore: 0,
  samples: [{ turns: 10, ...memory, turnsPerSecond: 1, dataMb: 1 }],
};
const long = {
  measured: { day: '2026-02-02', machine: 'another machine' },
  figures: [],
  streams: {
    people: 1,
    minutes: 1,
    askEverySeconds: 30,
    asked: 2,
    answered: 2,
    failed: { refused: 0, closed: 0, unanswered: 0, apology: 0 },
    repeated: 0,
    firstWordMs: { p50: 1, p95: 1, p99: 1 },
    wholeAnswerMs: { p50: 1, p95: 1 },
    samples: [{ minute: 1, turns: 2, ...memory }],
    processor: { program: 0.1, driver: 0.1, model: null },
  },
  endurance,
  echo: endurance,
};

test('what is kept of series are their quantiles, and of rounds the median', () => {
  const { search, turns } = recordOf(result, { day: '', machine: '' });
  assert.deepEqual(search[0]?.oursMs, { p50: 2, p95: 3 });
  assert.equal(search[0]?.passages, 10);
  assert.deepEqual(turns['Career Mentor'], [{ people: 1, turnsPerSecond: 50 }]);
});

test('the page is written from both parts, whichever was measured last', () => {
  const page = () => readFileSync(join(folder, 'bench.md'), 'utf8');
  const kept = () => JSON.parse(readFileSync(join(folder, 'bench.json'), 'utf8')) as BenchRecord;
  recordIn(folder, { bench: recordOf(result, { day: '2026-01-01', machine: 'a machine' }) });
  assert.match(page(), /on 2026-01-01: a machine\./);
  assert.doesNotMatch(page(), /Long runs/);
  recordIn(folder, { long });
  assert.match(page(), /on 2026-01-01: a machine\./);
  assert.match(page(), /on 2026-02-02: another machine\./);
  assert.equal(kept().measured.day, '2026-01-01');
  recordIn(folder, { bench: recordOf(result, { day: '2026-03-03', machine: 'a machine' }) });
  assert.match(page(), /on 2026-03-03: a machine\./);
  assert.match(page(), /on 2026-02-02: another machine\./);
  const pictures = [...page().matchAll(/\(images\/([^)]+)\)/g)].map(([, name]) => name);
  assert.deepEqual(pictures.toSorted(), readdirSync(join(folder, 'images')).toSorted());
});
