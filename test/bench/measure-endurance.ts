import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createAsker } from './asker.ts';
import { startChannelDriver } from './channel-driver.ts';
import type { MeasuredProgram } from './measured-program.ts';
import { type MemorySample, readMemory } from './memory-samples.ts';

export interface EnduranceOptions {
  /** So many ask at a time, each as soon as they are answered. */
  readonly people: number;
  readonly turns: number;
  /** In so many parts of the same size; after each the memory is read. */
  readonly parts: number;
  readonly questions: readonly string[];
  /** Where the program keeps its data; without it, it keeps none. */
  readonly dataFolder?: string;
  readonly replyTimeoutMs?: number;
  readonly tell?: (line: string) => void;
}

/** How the program was after so many turns. */
export interface EnduranceSample extends MemorySample {
  readonly turns: number;
  /** In the part that ended here. */
  readonly turnsPerSecond: number;
  /** All that is in its data folder. */
  readonly dataMb: number;
}

export interface Endurance {
  readonly people: number;
  readonly turns: number;
  /** Turns that were not taken, or not answered in time. */
  readonly failed: number;
  /** Answers that came again. */
  readonly repeated: number;
  /** Its data folder before the first turn. */
  readonly dataMbBefore: number;
  readonly samples: readonly EnduranceSample[];
}

type MeasuredBot = Pick<MeasuredProgram, 'origin' | 'heapBytes' | 'residentMb'>;

const usualTimeoutMs = 30_000;
/** So long after the last answer one may still come again. */
const settleMs = 1_000;

/** Lets people ask through /api/messages so many times; what fails is counted and ends nothing. */
export async function measureEndurance(
  program: MeasuredBot,
  options: EnduranceOptions,
): Promise<Endurance> {
  const { people: count, turns, parts, questions, dataFolder, tell = () => undefined } = options;
  const { replyTimeoutMs = usualTimeoutMs } = options;
  const driver = await startChannelDriver(program.origin, { replyTimeoutMs });
  try {
    const people = Array.from({ length: count }, (_, person) =>
      createAsker(driver, { person, questions }),
    );
    const dataMbBefore = await sizeMb(dataFolder);
    const samples: EnduranceSample[] = [];
    let [asked, failed] = [0, 0];
    for (let part = 1; part <= parts; part += 1) {
      const goal = Math.round((turns * part) / parts);
      const before = asked;
      const startedMs = performance.now();
      const askOn = async (person: (typeof people)[number]) => {
        while (asked < goal) {
          asked += 1;
          if (!(await person.ask())) failed += 1;
        }
      };
      await Promise.all(people.map(askOn));
      const turnsPerSecond = (goal - before) / ((performance.now() - startedMs) / 1_000);
      const dataMb = await sizeMb(dataFolder);
      samples.push({ turns: goal, ...(await readMemory(program)), turnsPerSecond, dataMb });
      tell(JSON.stringify(samples.at(-1)));
    }
    await wait(settleMs);
    const repeated = driver.repeatedAnswers();
    return { people: count, turns, failed, repeated, dataMbBefore, samples };
  } finally {
    await driver.close();
  }
}

async function sizeMb(folder: string | undefined): Promise<number> {
  if (folder === undefined) return 0;
  const names = await readdir(folder, { recursive: true });
  // What the program deletes meanwhile takes no room.
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000_000;
}
