import { findFreePort, type Program, startProgram } from '#test/helpers/start-program.ts';

/** The processes of one series of runs, on one data folder. */
export interface Fleet {
  /** How many processes were ended in the middle, by whichever signal, and started again. */
  readonly ends: number;
  /** One that takes messages. */
  anyOrigin(random: () => number): string;
  /** Ends one of them and starts it again; resolves when it is ready. */
  restartOne(random: () => number, how: 'kill' | 'stop'): Promise<void>;
  /** What they wrote to their outputs, for whoever looks into a failed run. */
  output(): string;
  stop(): Promise<void>;
}

export interface FleetOptions {
  readonly dataFolder: string;
  /** The settings of each process. */
  readonly processes: readonly Readonly<Record<string, string>>[];
  /** The settings that all share. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** A machine with much else to do takes its time. */
const readyWithinMs = 240_000;

/** Starts the real program so many times, one after another. */
export async function startFleet({
  dataFolder,
  processes,
  environment,
}: FleetOptions): Promise<Fleet> {
  const ports = await Promise.all(processes.map(() => findFreePort()));
  const programs: Program[] = [];
  let ends = 0;
  const start = (index: number): Promise<Program> =>
    startProgram({
      dataFolder,
      port: ports[index] ?? 0,
      readyWithinMs,
      environment: { LOG_LEVEL: 'fatal', ...environment, ...processes[index] },
    });
  const stop = async () => {
    await Promise.all(programs.map((program) => program.stop()));
  };
  try {
    for (const index of processes.keys()) programs.push(await start(index));
  } catch (error) {
    await stop();
    throw error;
  }
  // A worker answers, and takes nothing.
  const origins = programs
    .filter((_, index) => processes[index]?.['ROLE'] !== 'worker')
    .map(({ origin }) => origin);
  return {
    get ends() {
      return ends;
    },
    anyOrigin: (random) => origins[Math.floor(random() * origins.length)] ?? '',
    async restartOne(random, how) {
      const index = Math.floor(random() * programs.length);
      await programs[index]?.[how]();
      ends += 1;
      programs[index] = await start(index);
    },
    output: () => programs.map(({ output }) => output()).join('\n'),
    stop,
  };
}
