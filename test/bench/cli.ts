import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findRegressions, toBaseline, tolerance } from './figures.ts';
import { drawCharts, renderReport } from './render-report.ts';
import { type BenchResult, type BenchSize, runBench } from './run-bench.ts';

const sizes: Readonly<Record<'whole' | 'quick', BenchSize>> = {
  whole: {
    loads: [
      { people: 1, turns: 100 },
      { people: 16, turns: 300 },
      { people: 64, turns: 400 },
      { people: 256, turns: 512 },
    ],
    rounds: 3,
    starts: 3,
    questionRounds: 3,
    streams: 300,
    passages: [1_000, 10_000, 100_000],
    searchRounds: 5,
    restCalls: 3_000,
    telemetryRounds: 12,
  },
  quick: {
    loads: [
      { people: 1, turns: 50 },
      { people: 16, turns: 150 },
    ],
    rounds: 1,
    starts: 1,
    questionRounds: 1,
    streams: 50,
    passages: [1_000],
    searchRounds: 10,
    restCalls: 500,
    telemetryRounds: 5,
  },
};

const documentation = join(import.meta.dirname, '../../docs');
const baselineFile = join(import.meta.dirname, 'baseline.json');

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});

const tell = (part: string) => process.stderr.write(`measuring: ${part}\n`);
const result = await runBench(sizes[flags.quick ? 'quick' : 'whole'], tell);
process.stdout.write(renderReport(result, { images: false }));
if (flags.record) record(result);
if (flags.check) process.exitCode = check(result);
if (flags.accept)
  writeFileSync(baselineFile, `${JSON.stringify(toBaseline(result.figures), null, 2)}\n`);

function record(recorded: BenchResult): void {
  const { figures, profile, importCosts, firstStartMs } = recorded;
  const images = join(documentation, 'images');
  mkdirSync(images, { recursive: true });
  writeFileSync(join(documentation, 'bench.md'), renderReport(recorded, { images: true }));
  writeFileSync(
    join(documentation, 'bench.json'),
    `${JSON.stringify({ figures, profile, importCosts, firstStartMs }, null, 2)}\n`,
  );
  for (const [name, picture] of Object.entries(drawCharts(recorded)))
    writeFileSync(join(images, name), picture);
}

function check({ figures }: BenchResult): number {
  const baseline = existsSync(baselineFile)
    ? (JSON.parse(readFileSync(baselineFile, 'utf8')) as Record<string, number>)
    : {};
  const regressions = findRegressions(figures, baseline);
  for (const { id, before, now } of regressions)
    process.stdout.write(
      `worse by more than ${tolerance * 100} %: ${id} was ${before}, is ${now.toPrecision(3)}\n`,
    );
  return regressions.length === 0 ? 0 : 1;
}
