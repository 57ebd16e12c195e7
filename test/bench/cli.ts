import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordIn } from './bench-files.ts';
import { type BenchFlags, readBenchFlags } from './bench-flags.ts';
import { measuredNow, recordOf } from './bench-record.ts';
import { type Figure, findRegressions, mergeBaseline, tolerance } from './figures.ts';
import { type Report, renderReport } from './render-report.ts';
import { type BenchSize, runBench } from './run-bench.ts';
import { runLong } from './run-long.ts';

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
    passages: [1_000, 10_000, 100_000, 1_000_000],
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

const flags = readFlags();
const tell = (part: string) => process.stderr.write(`measuring: ${part}\n`);
const measured = await measure(flags);
const figures: readonly Figure[] = measured.bench?.figures ?? measured.long?.figures ?? [];
process.stdout.write(renderReport(measured, { images: false }));
if (flags.record) recordIn(documentation, measured);
if (flags.check) process.exitCode = check();
if (flags.accept)
  writeFileSync(
    baselineFile,
    `${JSON.stringify(mergeBaseline(readBaseline(), figures), null, 2)}\n`,
  );

function readFlags(): BenchFlags {
  try {
    return readBenchFlags(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

async function measure({ long, quick }: BenchFlags): Promise<Report> {
  if (long !== undefined)
    return { long: { measured: measuredNow(), ...(await runLong(long, tell)) } };
  const result = await runBench(sizes[quick ? 'quick' : 'whole'], tell);
  return { bench: recordOf(result, measuredNow()) };
}

/** Only what was measured is held against it. */
function check(): number {
  const regressions = findRegressions(figures, readBaseline());
  for (const { id, before, now } of regressions)
    process.stdout.write(
      `worse by more than ${tolerance * 100} %: ${id} was ${before}, is ${now.toPrecision(3)}\n`,
    );
  return regressions.length === 0 ? 0 : 1;
}

function readBaseline(): Record<string, number> {
  if (!existsSync(baselineFile)) return {};
  return JSON.parse(readFileSync(baselineFile, 'utf8')) as Record<string, number>;
}
