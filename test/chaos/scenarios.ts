import { execFileSync } from 'node:child_process';
import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '#services/database/open-database.ts';
import { startAmqpBroker } from '#test/helpers/amqp-broker.ts';
import { type OpenAiServer, startOpenAiServer } from '#test/helpers/openai-server.ts';
import type { Scenario, TroubledWorld } from './run-chaos.ts';

/** A scenario with what it needs around it. */
export interface OpenedScenario {
  readonly scenario: Scenario;
  close(): Promise<void>;
}

/** What can go wrong; each opens for one series of runs. Rejects where this machine cannot do it. */
export interface ScenarioKind {
  readonly name: string;
  readonly what: string;
  /** A run takes about a minute, so there are fewer of them. */
  readonly isSlow?: boolean;
  open(dataFolder: string): Promise<OpenedScenario>;
}

const troubleMs = 3_000;
const jumpMs = 2 * 3_600_000;

export const scenarios: readonly ScenarioKind[] = [
  plain(
    'killed',
    'the process is killed (SIGKILL) at a random moment, often twice, and started again',
    {
      ends: 'kill',
    },
  ),
  plain(
    'two processes',
    'two processes share one data folder and every conversation; one of them is killed',
    {
      ends: 'kill',
      processes: [{}, {}],
    },
  ),
  plain('stopped', 'the same two, and one of them is told to stop (SIGTERM) in the middle', {
    ends: 'stop',
    processes: [{}, {}],
  }),
  plain('roles', 'one process takes messages, another answers them; one of them is killed', {
    ends: 'kill',
    processes: [{ ROLE: 'web' }, { ROLE: 'worker' }],
  }),
  plain(
    'channel refuses',
    `the outside channels answer 503 for ${troubleMs / 1_000} s, and the process is killed`,
    {
      ends: 'kill',
      async trouble({ channels }) {
        channels.mode = 'refusing';
        await wait(troubleMs);
        channels.mode = 'open';
      },
    },
  ),
  plain(
    'SQLite locked',
    `another process holds the write locks of both files for ${troubleMs / 1_000} s`,
    { trouble: lockFiles },
  ),
  {
    name: 'clock jumps',
    what: 'the clock of two processes is set two hours forward, two hours back and right again, and one of them is killed',
    open: async (dataFolder) => ({
      scenario: {
        ends: 'kill',
        processes: [{}, {}],
        environment: {
          CLOCK_OFFSET_FILE: join(dataFolder, 'clock-offset'),
          NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'jumping-clock.ts'))}`,
        },
        trouble: setClock,
      },
      close: async () => undefined,
    }),
  },
  {
    name: 'disk full',
    what: `the disk of the data folder is full for ${troubleMs / 1_000} s`,
    open: async (dataFolder) => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', dataFolder], {
        stdio: 'ignore',
      });
      return {
        scenario: { trouble: fillDisk },
        close: async () => void execFileSync('umount', [dataFolder]),
      };
    },
  },
  {
    name: 'model hangs',
    what: 'the language model takes calls and never answers, and the process is killed',
    isSlow: true,
    open: async () => {
      const server = await startOpenAiServer();
      keepSilent(server);
      const environment = { OPENAI_BASE_URL: server.baseUrl, OPENAI_MODEL: 'silent' };
      return {
        scenario: { ends: 'kill', environment, questionsEach: 1 },
        close: () => server.close(),
      };
    },
  },
  {
    name: 'broker gone',
    what: `Service Bus (over AMQP) is away for ${troubleMs / 1_000} s between a process that takes messages and one that answers them, and one of the two is killed`,
    open: async () => {
      const broker = await startAmqpBroker({ lockMs: 5_000 });
      const environment = { SERVICE_BUS_CONNECTION: broker.connectionString };
      return {
        scenario: {
          ends: 'kill',
          environment,
          processes: [{ ROLE: 'web' }, { ROLE: 'worker' }],
          questionsEach: 2,
          async trouble() {
            await wait(300);
            await broker.goAway();
            await wait(troubleMs);
            await broker.comeBack();
          },
        },
        close: () => broker.close(),
      };
    },
  },
];

function plain(name: string, what: string, scenario: Scenario): ScenarioKind {
  return { name, what, open: async () => ({ scenario, close: async () => undefined }) };
}

/** Sets the clock that the processes read, as `jumping-clock.ts` has it. */
async function setClock({ dataFolder, random }: TroubledWorld): Promise<void> {
  const path = join(dataFolder, 'clock-offset');
  for (const offsetMs of [jumpMs, -jumpMs, 0]) {
    await wait(random() * 900);
    // In one step: whoever reads meanwhile finds the one or the other.
    writeFileSync(`${path}.new`, String(offsetMs));
    renameSync(`${path}.new`, path);
  }
}

async function lockFiles({ dataFolder, random }: TroubledWorld): Promise<void> {
  await wait(random() * 500);
  const databases = ['turns.sqlite', 'career-mentor.sqlite'].map(
    (name) => openDatabase(join(dataFolder, name)).database,
  );
  for (const database of databases) database.exec('BEGIN IMMEDIATE');
  await wait(troubleMs);
  for (const database of databases) {
    database.exec('ROLLBACK');
    database.close();
  }
}

async function fillDisk({ dataFolder, random }: TroubledWorld): Promise<void> {
  await wait(random() * 500);
  const path = join(dataFolder, 'filler');
  const file = openSync(path, 'w');
  try {
    for (let size = 4_194_304; size >= 1; ) {
      try {
        // A write that did not fit whole was the last of its size.
        if (writeSync(file, Buffer.alloc(size)) < size) size = Math.floor(size / 2);
      } catch {
        size = Math.floor(size / 2);
      }
    }
    await wait(troubleMs);
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

/** More silence than any series of runs asks for. */
function keepSilent(server: OpenAiServer): void {
  server.chatWith(...Array.from({ length: 10_000 }, () => 'silent' as const));
}
