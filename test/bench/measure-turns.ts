import { type ChannelDriver, startChannelDriver, type TurnTimes } from './channel-driver.ts';
import type { MeasuredProgram } from './measured-program.ts';
import { benchQuestions } from './questions.ts';

/** What one program did under one load, a value a round. */
export interface LoadFigures {
  readonly people: number;
  readonly turnsPerSecond: readonly number[];
  /** Processor time of the bot for one turn. */
  readonly processorMs: readonly number[];
  /** Of all rounds together. */
  readonly acknowledgedMs: readonly number[];
}

export interface Load {
  readonly people: number;
  readonly turns: number;
}

const warmUp: Load = { people: 16, turns: 300 };

/** Puts the same loads on several bots; round by round they take turns, so that a busy machine bothers all alike. */
export async function measureTurns(
  programs: readonly MeasuredProgram[],
  loads: readonly Load[],
  rounds: number,
): Promise<LoadFigures[][]> {
  const benches = await Promise.all(
    programs.map(async (program) => ({
      program,
      driver: await startChannelDriver(program.origin),
    })),
  );
  try {
    for (const bench of benches) await runLoad(bench, warmUp);
    const measured: LoadFigures[][] = programs.map(() => []);
    for (const load of loads) {
      const runs: LoadRun[][] = programs.map(() => []);
      for (let round = 0; round < rounds; round += 1)
        for (const [position, bench] of benches.entries())
          runs[position]?.push(await runLoad(bench, load));
      for (const [position, ofProgram] of runs.entries())
        measured[position]?.push(toFigures(load, ofProgram));
    }
    return measured;
  } finally {
    for (const { driver } of benches) await driver.close();
  }
}

interface LoadRun {
  readonly turnsPerSecond: number;
  readonly processorMs: number;
  readonly times: readonly TurnTimes[];
}

/** Every person asks again as soon as they are answered. */
async function runLoad(
  { program, driver }: { readonly program: MeasuredProgram; readonly driver: ChannelDriver },
  { people, turns }: Load,
): Promise<LoadRun> {
  let left = turns;
  const times: TurnTimes[] = [];
  const usedMs = program.processorMs() ?? Number.NaN;
  const startedMs = performance.now();
  const runs = Array.from({ length: people }, async (_, person) => {
    while (left > 0) {
      left -= 1;
      const question = benchQuestions[left % benchQuestions.length] ?? '';
      times.push(await driver.turn(`bench-${people}-${person}`, question));
    }
  });
  await Promise.all(runs);
  const seconds = (performance.now() - startedMs) / 1_000;
  return {
    turnsPerSecond: turns / seconds,
    processorMs: ((program.processorMs() ?? Number.NaN) - usedMs) / turns,
    times,
  };
}

function toFigures({ people }: Load, runs: readonly LoadRun[]): LoadFigures {
  return {
    people,
    turnsPerSecond: runs.map((run) => run.turnsPerSecond),
    processorMs: runs.map((run) => run.processorMs),
    acknowledgedMs: runs.flatMap((run) => run.times.map((time) => time.acknowledgedMs)),
  };
}
