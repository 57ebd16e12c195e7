import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figures.ts';
import { figuresOfEndurance, figuresOfOpenStreams } from './figures-of-long.ts';
import { type Endurance, type EnduranceOptions, measureEndurance } from './measure-endurance.ts';
import { measureOpenStreams, type OpenStreams } from './measure-open-streams.ts';
import { inspected, startMeasured } from './measured-program.ts';
import { knowledgeFolder, main, settingsFor, startEcho, startModel } from './programs-of-bench.ts';
import { readArticleQuestions } from './questions.ts';

/** How long the long part takes. */
export interface LongSize {
  /** With an open stream each. */
  readonly people: number;
  readonly minutes: number;
  /** Through /api/messages. */
  readonly turns: number;
}

export interface LongResult {
  readonly figures: readonly Figure[];
  readonly streams: OpenStreams;
  readonly endurance: Endurance;
  /** The echo bot after the first part of the turns. */
  readonly echo: Endurance;
}

const askingAtOnce = 64;
const parts = 10;

/** Measures what only shows in time: many open streams, and memory over many turns; `tell` hears what begins and how it goes. */
export async function runLong(
  { people, minutes, turns }: LongSize,
  tell: (line: string) => void,
): Promise<LongResult> {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-bench-'));
  try {
    const questions = await readArticleQuestions(join(knowledgeFolder, 'articles'));
    tell('open streams');
    const streams = await benchStreams(folder, { people, minutes, questions, tell });
    const load = { people: askingAtOnce, questions, tell };
    tell('endurance of the echo bot');
    const echo = await benchEcho({ ...load, turns: Math.round(turns / parts), parts: 1 });
    tell('endurance');
    const endurance = await benchEndurance(folder, { ...load, turns, parts });
    const figures = [...figuresOfOpenStreams(streams), ...figuresOfEndurance(endurance, echo)];
    return {
      // Not every system tells what a process uses.
      figures: figures.filter(({ ratio }) => !Number.isNaN(ratio)),
      streams,
      endurance,
      echo,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function benchStreams(
  folder: string,
  options: Parameters<typeof measureOpenStreams>[1],
): Promise<OpenStreams> {
  const model = await startModel();
  try {
    const environment = settingsFor(folder, model.origin).modelUncached;
    const program = await startMeasured(main, { environment, ...inspected });
    try {
      return await measureOpenStreams(program, { ...options, model });
    } finally {
      await program.stop();
    }
  } finally {
    await model.stop();
  }
}

async function benchEcho(options: EnduranceOptions): Promise<Endurance> {
  const echo = await startEcho(inspected);
  try {
    return await measureEndurance(echo, options);
  } finally {
    await echo.stop();
  }
}

/** On the embedded default, as it is set. */
async function benchEndurance(folder: string, options: EnduranceOptions): Promise<Endurance> {
  const environment = { KNOWLEDGE_DIR: knowledgeFolder, DATA_DIR: join(folder, 'endurance') };
  const program = await startMeasured(main, { environment, ...inspected });
  try {
    return await measureEndurance(program, { ...options, dataFolder: environment.DATA_DIR });
  } finally {
    await program.stop();
  }
}
