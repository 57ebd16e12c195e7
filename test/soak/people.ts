import { setTimeout as wait } from 'node:timers/promises';
import { createAsker } from '#test/bench/asker.ts';
import { startChannelDriver } from '#test/bench/channel-driver.ts';
import { benchQuestions } from '#test/bench/questions.ts';

/** Some people who ask all the time. */
export interface People {
  turns(): number;
  /** Turns that got no reply in time, or were not taken. */
  failures(): number;
  /** They ask nothing more; resolves when the last reply has come. */
  stop(): Promise<void>;
}

const pauseMs = 400;

/** Lets so many people ask, each the next question a moment after the reply. */
export async function startPeople(origin: string, count: number): Promise<People> {
  const driver = await startChannelDriver(origin);
  const counts = { turns: 0, failures: 0 };
  let isOver = false;
  const ask = async (person: number) => {
    const asker = createAsker(driver, { person, questions: benchQuestions });
    while (!isOver) {
      if (await asker.ask()) counts.turns += 1;
      else counts.failures += 1;
      await wait(pauseMs);
    }
  };
  const all = Promise.all(Array.from({ length: count }, (_, person) => ask(person)));
  return {
    turns: () => counts.turns,
    failures: () => counts.failures,
    async stop() {
      isOver = true;
      await all;
      await driver.close();
    },
  };
}
