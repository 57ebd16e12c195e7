import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChannelDriver, startChannelDriver } from './channel-driver.ts';
import { measureFirstWord } from './first-word.ts';
import { type MeasuredProgram, startMeasured } from './measured-program.ts';
import { benchQuestions } from './questions.ts';

/** How many people talk at the same time, and how many turns each load measures. */
const loads = [
  { people: 1, turns: 150 },
  { people: 16, turns: 600 },
  { people: 64, turns: 600 },
] as const;
const warmUpTurns = 300;
const starts = 3;

/** Aims of the project, checked with --check: first word, and turns a second next to the echo bot's. */
const aims = { firstWordMs: 50, shareOfEchoBot: 0.5 } as const;

interface Figures {
  readonly readyMs: number;
  readonly restMb: number | undefined;
  readonly loadedMb: number | undefined;
  readonly turnsPerSecond: readonly number[];
}

/** Measures the product and Bot Framework's own echo bot in one run, so that a noisy machine bothers both alike. */
async function main(): Promise<number> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'career-mentor-bench-'));
  const root = join(import.meta.dirname, '../..');
  const startMentor = () => startMeasured(join(root, 'main.ts'), { DATA_DIR: dataDirectory });
  const startEcho = () => startMeasured(join(import.meta.dirname, 'echo-bot.ts'));
  try {
    const coldMentor = await startMentor();
    await coldMentor.stop();
    const readyMs = { mentor: [] as number[], echo: [] as number[] };
    for (let round = 0; round < starts; round += 1) {
      readyMs.mentor.push(await timeStart(startMentor));
      readyMs.echo.push(await timeStart(startEcho));
    }
    const mentor = await startMentor();
    const echo = await startEcho();
    const words = await measureFirstWord(mentor.origin, [...benchQuestions, ...benchQuestions]);
    const [mentorFigures, echoFigures] = await measurePair(mentor, echo, readyMs);
    await Promise.all([mentor.stop(), echo.stop()]);
    const warm = words.slice(benchQuestions.length);
    const firstWordMs = median(warm.map((time) => time.firstWordMs));
    const wholeAnswerMs = median(warm.map((time) => time.wholeAnswerMs));
    printReport(coldMentor.readyMs, mentorFigures, echoFigures, firstWordMs, wholeAnswerMs);
    if (!process.argv.includes('--check')) return 0;
    return missedAims(mentorFigures, echoFigures, firstWordMs);
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

async function timeStart(start: () => Promise<MeasuredProgram>): Promise<number> {
  const program = await start();
  await program.stop();
  return program.readyMs;
}

/** Load by load the two take turns, so that both see the same machine. */
async function measurePair(
  mentor: MeasuredProgram,
  echo: MeasuredProgram,
  readyMs: { mentor: readonly number[]; echo: readonly number[] },
): Promise<[Figures, Figures]> {
  const programs = [
    { program: mentor, ready: readyMs.mentor, restMb: mentor.residentMb() },
    { program: echo, ready: readyMs.echo, restMb: echo.residentMb() },
  ] as const;
  const drivers = await Promise.all(
    programs.map(({ program }) => startChannelDriver(program.origin)),
  );
  const turnsPerSecond: number[][] = [[], []];
  for (const driver of drivers) await runLoad(driver, { people: 16, turns: warmUpTurns });
  for (const load of loads)
    for (const [position, driver] of drivers.entries())
      turnsPerSecond[position]?.push(await runLoad(driver, load));
  await Promise.all(drivers.map((driver) => driver.close()));
  const figuresOf = (position: 0 | 1): Figures => ({
    readyMs: median(programs[position].ready),
    restMb: programs[position].restMb,
    loadedMb: programs[position].program.residentMb(),
    turnsPerSecond: turnsPerSecond[position] ?? [],
  });
  return [figuresOf(0), figuresOf(1)];
}

/** Every person asks again as soon as they are answered; resolves to turns a second. */
async function runLoad(
  driver: ChannelDriver,
  { people, turns }: { readonly people: number; readonly turns: number },
): Promise<number> {
  let left = turns;
  const startedMs = performance.now();
  const runs = Array.from({ length: people }, async (_, person) => {
    const conversationId = `bench-${people}-${person}`;
    while (left > 0) {
      left -= 1;
      await driver.turn(conversationId, benchQuestions[left % benchQuestions.length] ?? '');
    }
  });
  await Promise.all(runs);
  return turns / ((performance.now() - startedMs) / 1_000);
}

function printReport(
  firstStartMs: number,
  mentor: Figures,
  echo: Figures,
  firstWordMs: number,
  wholeAnswerMs: number,
): void {
  const rows = [
    ['', 'Career Mentor', 'echo bot', 'ratio'],
    ['start to ready, ms (median)', mentor.readyMs, echo.readyMs],
    ['  first start of all, articles included, ms', firstStartMs, undefined],
    ['memory at rest, MB', mentor.restMb, echo.restMb],
    ['memory after the load, MB', mentor.loadedMb, echo.loadedMb],
    ['first word in the web chat, ms (median)', firstWordMs, undefined],
    ['whole answer in the web chat, ms (median)', wholeAnswerMs, undefined],
    ...loads.map((load, position) => [
      `turns a second, ${load.people} at a time`,
      mentor.turnsPerSecond[position],
      echo.turnsPerSecond[position],
    ]),
  ];
  for (const [label, ours, theirs, title] of rows) {
    const ratio =
      typeof ours === 'number' && typeof theirs === 'number'
        ? (ours / theirs).toFixed(2)
        : (title ?? '');
    const cells = [String(label).padEnd(46), cell(ours), cell(theirs), String(ratio).padStart(8)];
    process.stdout.write(`${cells.join('')}\n`);
  }
}

function cell(value: unknown): string {
  const text = typeof value === 'number' ? value.toFixed(value < 100 ? 1 : 0) : String(value ?? '');
  return text.padStart(15);
}

function missedAims(mentor: Figures, echo: Figures, firstWordMs: number): number {
  const missed = loads.filter((_, position) => {
    const share = (mentor.turnsPerSecond[position] ?? 0) / (echo.turnsPerSecond[position] ?? 1);
    return share < aims.shareOfEchoBot;
  });
  for (const load of missed)
    process.stdout.write(
      `missed: below ${aims.shareOfEchoBot} of the echo bot with ${load.people} at a time\n`,
    );
  const isLate = firstWordMs > aims.firstWordMs;
  if (isLate) process.stdout.write(`missed: first word later than ${aims.firstWordMs} ms\n`);
  return missed.length > 0 || isLate ? 1 : 0;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

process.exitCode = await main();
