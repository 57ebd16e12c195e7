import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  figuresOfAcknowledgements,
  figuresOfConversations,
  figuresOfFirstWord,
  figuresOfModelCalls,
  figuresOfProcess,
  figuresOfSearch,
  figuresOfStart,
  figuresOfTelemetry,
  figuresOfTurns,
} from './collect-figures.ts';
import type { Figure } from './figures.ts';
import { figuresOfRest } from './figures-of-rest.ts';
import { measureOpenConversations } from './measure-conversations.ts';
import { measureFirstWord } from './measure-first-word.ts';
import { measureModelCalls } from './measure-model-calls.ts';
import { measureRest } from './measure-rest.ts';
import { measureSearch, type SearchPoint } from './measure-search.ts';
import { measureTelemetry } from './measure-telemetry.ts';
import { type Load, type LoadFigures, measureTurns } from './measure-turns.ts';
import { inspected, type MeasuredProgram, startMeasured } from './measured-program.ts';
import { type ImportCost, profileStart } from './profile-start.ts';
import { type PartShare, profileTurns } from './profile-turns.ts';
import {
  type BenchSettings,
  fastModel,
  main,
  settingsFor,
  startEcho,
  startModel,
} from './programs-of-bench.ts';
import { benchQuestions } from './questions.ts';

/** How much is measured. */
export interface BenchSize {
  readonly loads: readonly Load[];
  readonly rounds: number;
  readonly starts: number;
  readonly questionRounds: number;
  readonly streams: number;
  readonly passages: readonly number[];
  readonly searchRounds: number;
  readonly restCalls: number;
  readonly telemetryRounds: number;
}

export interface BenchResult {
  readonly figures: readonly Figure[];
  readonly turns: { readonly [bot: string]: readonly LoadFigures[] };
  readonly search: readonly SearchPoint[];
  readonly profile: readonly PartShare[];
  readonly importCosts: readonly ImportCost[];
  /** The first start of all, which reads the articles in. */
  readonly firstStartMs: number;
}

/** Many short rounds: what is looked for is less than one round differs from the next. */
const telemetryLoad: Load = { people: 16, turns: 100 };

/** Measures everything in one run, so that a noisy machine bothers all alike; `tell` hears what begins. */
export async function runBench(
  size: BenchSize,
  tell: (part: string) => void,
): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-bench-'));
  const model = await startModel();
  try {
    const settings = settingsFor(folder, model.origin);
    tell('starting');
    const { ready, firstStartMs } = await timeStarts(settings.passages, size.starts);
    tell('turns');
    const turns = await benchTurns(settings, ready, size);
    tell('first words');
    const words = await benchFirstWords(settings, model.origin, size.questionRounds);
    tell('open conversations, and calls of the models');
    const held = await benchConversations(settings, model.origin, size.streams);
    tell('search');
    const search = await measureSearch(size.passages, size.searchRounds);
    tell('REST');
    const rest = await benchRest(settings, size.restCalls);
    tell('telemetry');
    const telemetry = await measureTelemetry(main, {
      environment: settings.passages,
      folder,
      load: telemetryLoad,
      rounds: size.telemetryRounds,
    });
    tell('profile');
    const profile = await profileTurns(main, settings.passages, size.loads.at(-1)?.turns ?? 100);
    const importCosts = await profileStart(main, settings.passages);
    const figures = [
      ...turns.figures,
      ...figuresOfTelemetry(telemetry),
      ...words,
      ...held,
      ...figuresOfSearch(search),
      ...figuresOfRest(rest),
    ];
    return {
      // Not every system tells what a process uses.
      figures: figures.filter(({ ratio }) => !Number.isNaN(ratio)),
      turns: turns.loads,
      search,
      profile,
      importCosts,
      firstStartMs,
    };
  } finally {
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface ReadyTimes {
  readonly mentor: readonly number[];
  readonly echo: readonly number[];
  readonly restify: readonly number[];
}

async function timeStarts(environment: BenchSettings['passages'], starts: number) {
  const timeStart = async (starting: Promise<MeasuredProgram>) => {
    const program = await starting;
    await program.stop();
    return program.readyMs;
  };
  const firstStartMs = await timeStart(startMeasured(main, { environment }));
  const ready = { mentor: [] as number[], echo: [] as number[], restify: [] as number[] };
  for (let round = 0; round < starts; round += 1) {
    ready.mentor.push(await timeStart(startMeasured(main, { environment })));
    ready.echo.push(await timeStart(startEcho()));
    ready.restify.push(
      await timeStart(startMeasured(join(import.meta.dirname, 'bare-restify.ts'))),
    );
  }
  return { ready, firstStartMs };
}

async function benchTurns(
  settings: BenchSettings,
  ready: ReadyTimes,
  { loads, rounds }: BenchSize,
) {
  const mentor = await startMeasured(main, { environment: settings.passages });
  const withModel = await startMeasured(main, { environment: settings.modelUncached });
  const echo = await startEcho();
  const rest = { mentor: mentor.residentMb(), echo: echo.residentMb() };
  const programs = [mentor, withModel, echo];
  const [ours = [], modelled = [], theirs = []] = await measureTurns(programs, loads, rounds);
  const mentorFigures = {
    readyMs: ready.mentor,
    restMb: rest.mentor,
    loadedMb: mentor.residentMb(),
  };
  const echoFigures = { readyMs: ready.echo, restMb: rest.echo, loadedMb: echo.residentMb() };
  for (const program of programs) await program.stop();
  const passages = { id: 'turns', label: '', aim: 1 };
  const model = { id: 'model-turns', label: ', with a model that answers in no time', aim: 0.7 };
  return {
    loads: { 'Career Mentor': ours, '… with an instant model': modelled, 'echo bot': theirs },
    figures: [
      ...figuresOfTurns(ours, theirs, passages),
      ...figuresOfTurns(modelled, theirs, model),
      ...figuresOfAcknowledgements(ours, theirs),
      ...figuresOfProcess(mentorFigures, echoFigures),
      ...figuresOfStart(ready),
    ],
  };
}

async function benchFirstWords(
  settings: BenchSettings,
  modelOrigin: string,
  rounds: number,
): Promise<Figure[]> {
  const modelUrl = `${modelOrigin}/v1`;
  const questions = Array.from({ length: rounds }, () => benchQuestions).flat();
  const measure = async (environment: Readonly<Record<string, string>>) => {
    const program = await startMeasured(main, { environment });
    await measureFirstWord(program.origin, modelUrl, benchQuestions);
    const words = await measureFirstWord(program.origin, modelUrl, questions);
    await program.stop();
    return words;
  };
  const uncached = await measure(settings.modelUncached);
  const cached = await measure(settings.modelCached);
  return [
    ...figuresOfFirstWord(uncached, { id: 'first-word', label: 'cache off', aimMs: 20 }),
    ...figuresOfFirstWord(cached, { id: 'first-word-cached', label: 'cache hit', aimMs: 5 }),
  ];
}

async function benchConversations(
  settings: BenchSettings,
  modelOrigin: string,
  streams: number,
): Promise<Figure[]> {
  const program = await startMeasured(main, { environment: settings.twoModels, ...inspected });
  const calls = await measureModelCalls(program.origin, modelOrigin, fastModel);
  const memory = await measureOpenConversations(program, streams);
  await program.stop();
  return [...figuresOfConversations(memory), ...figuresOfModelCalls(calls)];
}

/** On the embedded default, with every answer put together anew. */
async function benchRest({ passages }: BenchSettings, calls: number) {
  const environment = { ...passages, ANSWER_CACHE_SECONDS: '0' };
  const program = await startMeasured(main, { environment });
  const loads = await measureRest(program.origin, calls);
  await program.stop();
  return loads;
}
