import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Offence } from './judge.ts';
import { addUp, type ChaosResult, readResults, replaceResults, writeReport } from './report.ts';
import { type ChaosRun, type ChaosSeries, openChaos } from './run-chaos.ts';
import { type OpenedScenario, type ScenarioKind, scenarios } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string', default: 'docs/chaos.md' },
  },
});
const runs = Number(values.runs);
const firstSeed = Number(values.seed);
/** Of scenarios that take a minute a run there are so many times fewer runs. */
const slowShare = 4;
const say = (line: string) => process.stdout.write(`${line}\n`);

const asLine = ({ kind, conversationKey, activityId, details }: Offence) =>
  [`  ${kind}: ${activityId} in ${conversationKey}`, ...details].join('\n    ');

/** Runs one scenario so many times on one data folder. */
async function runSeries(kind: ScenarioKind): Promise<ChaosResult> {
  const { name, what, isSlow = false } = kind;
  const count = isSlow ? Math.ceil(runs / slowShare) : runs;
  const dataFolder = await mkdtemp(join(tmpdir(), 'career-mentor-chaos-'));
  const found: ChaosRun[] = [];
  const summary = (): ChaosResult => ({
    name,
    what,
    runs: found.length,
    counts: addUp(found),
    offences: found.flatMap(({ offences }) => offences),
  });
  let opened: OpenedScenario | undefined;
  let series: ChaosSeries | undefined;
  try {
    opened = await kind.open(dataFolder);
    series = await openChaos({ scenario: opened.scenario, dataFolder });
    for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
      const run = await series.run(seed);
      found.push(run);
      say(`${name}, seed ${seed}: ${JSON.stringify(run.counts)}`);
      for (const offence of run.offences) say(asLine(offence));
    }
    return summary();
  } catch (error) {
    if (opened !== undefined) throw error;
    const left = `left out: ${(error as Error).message.split('\n')[0]}`;
    say(`${name}: ${left}`);
    return { ...summary(), left };
  } finally {
    await series?.close();
    await opened?.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

const names = scenarios.map(({ name }) => name);
const chosen = scenarios.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  process.stderr.write(`There is no scenario "${values.only}". There are: ${names.join(', ')}.\n`);
  process.exit(2);
}
const results: ChaosResult[] = [];
for (const kind of chosen) {
  results.push(await runSeries(kind));
  // After each, so that what was found stays though the rest is broken off; who runs one scenario leaves the others' rows.
  await writeReport(
    values.report,
    replaceResults(await readResults(values.report), results, names),
  );
}
say(`The report is in ${values.report}.`);
if (results.some(({ offences }) => offences.length > 0)) {
  say('Something was lost or repeated.');
  process.exitCode = 1;
}
