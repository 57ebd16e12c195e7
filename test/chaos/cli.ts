import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ChaosResult, writeReport } from './report.ts';
import { type ChaosCounts, runChaos } from './run-chaos.ts';
import { type ScenarioKind, scenarios } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string', default: 'docs/chaos.md' },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs one scenario so many times on one data folder. */
async function runSeries(
  kind: ScenarioKind,
  runs: number,
  firstSeed: number,
): Promise<ChaosResult> {
  const { name, what } = kind;
  const dataFolder = await mkdtemp(join(tmpdir(), 'career-mentor-chaos-'));
  const counts: ChaosCounts[] = [];
  let opened: Awaited<ReturnType<ScenarioKind['open']>> | undefined;
  try {
    opened = await kind.open(dataFolder);
    for (let run = 0; run < runs; run += 1) {
      const seed = firstSeed + run;
      const found = await runChaos({ scenario: opened.scenario, dataFolder, seed });
      counts.push(found);
      say(`${name}, seed ${seed}: ${JSON.stringify(found)}`);
    }
    return { name, what, counts };
  } catch (error) {
    if (opened !== undefined) throw error;
    const left = `left out: ${(error as Error).message.split('\n')[0]}`;
    say(`${name}: ${left}`);
    return { name, what, counts, left };
  } finally {
    await opened?.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

const results: ChaosResult[] = [];
for (const kind of scenarios)
  if (values.only === undefined || kind.name === values.only)
    results.push(await runSeries(kind, Number(values.runs), Number(values.seed)));
await writeFile(
  values.report,
  writeReport(results, { runs: Number(values.runs), seed: Number(values.seed) }),
);
say(`The report is in ${values.report}.`);
const isWrong = results.some(({ counts }) =>
  counts.some(({ lost, repeated, wrongRecords }) => lost + repeated + wrongRecords > 0),
);
if (isWrong) {
  say('Something was lost or repeated.');
  process.exitCode = 1;
}
