import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from '#random.ts';
import { checkRecords } from './check-records.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { judgeEverybody, type Offence, type Verdict } from './judge.ts';
import { type OutsideChannels, openPeople, type Person, startOutsideChannels } from './people.ts';

/** What happens to the program while people ask. */
export interface Scenario {
  /** The settings of each process that shares the data folder; one process where nothing is said. */
  readonly processes?: readonly Readonly<Record<string, string>>[];
  /** How a process is ended in the middle, each time; absent: none is. */
  readonly ends?: 'kill' | 'stop';
  readonly environment?: Readonly<Record<string, string>>;
  /** Makes trouble for a while and takes it away again. */
  readonly trouble?: (world: TroubledWorld) => Promise<void>;
  readonly questionsEach?: number;
}

export interface TroubledWorld {
  readonly dataFolder: string;
  readonly channels: OutsideChannels;
  readonly random: () => number;
}

export interface ChaosCounts extends Verdict {
  /** Questions that are not in the store exactly once. */
  readonly wrongRecords: number;
  /** How often a process was ended. */
  readonly ends: number;
  readonly refused: number;
}

export interface ChaosRun {
  readonly counts: ChaosCounts;
  readonly offences: readonly Offence[];
}

/** Runs on one data folder, one after another. */
export interface ChaosSeries {
  /** People ask, trouble comes and goes, processes end and start again, and everything accepted is looked for. Ends in bounded time. */
  run(seed: number): Promise<ChaosRun>;
  close(): Promise<void>;
}

export interface ChaosOptions {
  readonly scenario: Scenario;
  readonly dataFolder: string;
  readonly people?: number;
  /** Who cannot get rid of their questions for so long gives up, and the run fails. */
  readonly askWithinMs?: number;
  /** After so long what was not answered is lost. */
  readonly settleWithinMs?: number;
}

/** What people ask. */
export const questions = [
  'How do I start in AI?',
  'What does an ML engineer do?',
  'Which project should I build first?',
  'How do I prepare for a system design interview?',
  'What is retrieval-augmented generation?',
  'How do I negotiate a salary?',
  'Do I need a PhD for machine learning?',
  'How do I evaluate a language model?',
];

/** What would come twice comes within this time. */
const afterwardsMs = 500;

/** Starts the program with the channels around it, for any number of runs. */
export async function openChaos(options: ChaosOptions): Promise<ChaosSeries> {
  const { scenario, dataFolder } = options;
  const { processes = [{}], environment } = scenario;
  const channels = await startOutsideChannels();
  try {
    const fleet = await startFleet({ dataFolder, processes, environment });
    return {
      run: (seed) => runOnce(fleet, channels, seed, options),
      async close() {
        await fleet.stop();
        await channels.close();
      },
    };
  } catch (error) {
    await channels.close();
    throw error;
  }
}

async function runOnce(
  fleet: Fleet,
  channels: OutsideChannels,
  seed: number,
  options: ChaosOptions,
): Promise<ChaosRun> {
  const { scenario, dataFolder, people = 6, askWithinMs = 120_000 } = options;
  const random = createRandom(seed);
  const endsBefore = fleet.ends;
  const everybody = await openPeople(() => fleet.anyOrigin(Math.random), channels, people);
  const questionsEach = scenario.questionsEach ?? 3;
  const giveUpAt = performance.now() + askWithinMs;
  const asking = everybody.map((person) =>
    askAll(person, fleet, { count: questionsEach, random, giveUpAt }),
  );
  const [refused] = await Promise.all([
    Promise.all(asking),
    scenario.ends === undefined ? undefined : endAtRandom(fleet, random, scenario.ends),
    scenario.trouble?.({ dataFolder, channels, random }),
  ]);
  const { verdict, offences } = await settle(everybody, fleet, options);
  const wrongRecords = offences.filter(({ kind }) => kind === 'wrong record').length;
  return {
    counts: {
      ...verdict,
      wrongRecords,
      ends: fleet.ends - endsBefore,
      refused: refused.reduce((sum, count) => sum + count, 0),
    },
    offences,
  };
}

/** Asks one question after another, each as soon as the one before is taken; resolves to how often it was refused. */
async function askAll(
  person: Person,
  fleet: Fleet,
  {
    count,
    random,
    giveUpAt,
  }: { readonly count: number; readonly random: () => number; readonly giveUpAt: number },
): Promise<number> {
  let refused = 0;
  for (let asked = 0; asked < count; ) {
    if (performance.now() > giveUpAt)
      throw new Error(`A message was refused ${refused} times.\n${fleet.output()}`);
    const question = questions[Math.floor(random() * questions.length)] ?? '';
    const sent = await person.ask(fleet.anyOrigin(random), question);
    if (sent === 'accepted') asked += 1;
    else {
      refused += 1;
      await wait(150);
    }
    await wait(random() * 120);
  }
  return refused;
}

async function endAtRandom(
  fleet: Fleet,
  random: () => number,
  how: 'kill' | 'stop',
): Promise<void> {
  await wait(30 + random() * 700);
  await fleet.restartOne(random, how);
  if (random() < 0.5) {
    await wait(random() * 500);
    await fleet.restartOne(random, how);
  }
}

/** Waits until everything is answered and kept, or the time is over; resolves to what is found a little later. */
async function settle(
  everybody: readonly Person[],
  fleet: Fleet,
  { dataFolder, settleWithinMs = 60_000 }: ChaosOptions,
): Promise<{ readonly verdict: Verdict; readonly offences: readonly Offence[] }> {
  const giveUpAt = performance.now() + settleWithinMs;
  const anyOrigin = () => fleet.anyOrigin(Math.random);
  const asked = everybody.flatMap((person) => person.asked);
  const isSettled = async () => {
    const { verdict } = await judgeEverybody(everybody, anyOrigin);
    return verdict.lost === 0 && checkRecords(dataFolder, asked).length === 0;
  };
  while (performance.now() < giveUpAt && !(await isSettled().catch(() => false))) await wait(250);
  await wait(afterwardsMs);
  const { verdict, offences } = await judgeEverybody(everybody, anyOrigin);
  return { verdict, offences: [...offences, ...checkRecords(dataFolder, asked)] };
}
