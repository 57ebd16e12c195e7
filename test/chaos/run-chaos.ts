import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort, type Program, startProgram } from '#test/helpers/start-program.ts';
import {
  type AskedTurn,
  type OutsideChannels,
  openPagePerson,
  type Person,
  type Reply,
  startOutsideChannels,
} from './people.ts';
import { createRandom } from './random.ts';

/** What happens to the program while people ask. */
export interface Scenario {
  readonly name: string;
  /** In words, for the report. */
  readonly what: string;
  /** How many processes share the data folder. */
  readonly processes?: readonly Readonly<Record<string, string>>[];
  /** Whether a process is killed in the middle, each time. */
  readonly kills?: boolean;
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

export interface ChaosCounts {
  readonly accepted: number;
  readonly answered: number;
  /** Told that it could not be answered. */
  readonly apologised: number;
  /** Answered more than once; in the web page, also where any other message came twice. */
  readonly repeated: number;
  /**
   * Messages that went out again because a process died before it had the channel's answer, in channels that can neither be
   * asked nor take a message under a name.
   */
  readonly sentAgain: number;
  /** Neither answer nor apology. */
  readonly lost: number;
  /** Questions that are not in the store exactly once. */
  readonly wrongRecords: number;
  readonly kills: number;
  readonly refused: number;
}

export interface ChaosOptions {
  readonly scenario: Scenario;
  readonly dataFolder: string;
  readonly seed: number;
  readonly people?: number;
  /** After so long what was not answered is lost. */
  readonly settleWithinMs?: number;
}

const questions = [
  'How do I start in AI?',
  'What does an ML engineer do?',
  'Which project should I build first?',
  'How do I prepare for a system design interview?',
  'What is retrieval-augmented generation?',
  'How do I negotiate a salary?',
  'Do I need a PhD for machine learning?',
  'How do I evaluate a language model?',
];

/** One run: people ask, trouble comes and goes, processes are killed and started again, and everything accepted is looked for. */
export async function runChaos({
  scenario,
  dataFolder,
  seed,
  people = 6,
  settleWithinMs = 45_000,
}: ChaosOptions): Promise<ChaosCounts> {
  const random = createRandom(seed);
  const channels = await startOutsideChannels();
  const fleet = await startFleet(scenario, dataFolder);
  try {
    const everybody = await openPeople(fleet, channels, people);
    const asking = Promise.all(
      everybody.map((person) => askAll(person, fleet, scenario.questionsEach ?? 3, random)),
    );
    const [refused] = await Promise.all([
      asking.then((counts) => counts.reduce((sum, count) => sum + count, 0)),
      scenario.kills === true ? killAtRandom(fleet, random) : undefined,
      scenario.trouble?.({ dataFolder, channels, random }),
    ]);
    await untilAnswered(everybody, fleet, settleWithinMs);
    const found = await Promise.all(
      everybody.map((person) => look(person, fleet.anyOrigin(random))),
    );
    await fleet.stop();
    const asked = everybody.flatMap((person) => person.asked);
    return {
      ...sumUp(found),
      wrongRecords: countWrongRecords(dataFolder, asked),
      kills: fleet.kills,
      refused,
    };
  } finally {
    await fleet.stop();
    await channels.close();
  }
}

interface Fleet {
  readonly kills: number;
  anyOrigin(random: () => number): string;
  killOne(random: () => number): Promise<void>;
  stop(): Promise<void>;
}

async function startFleet(scenario: Scenario, dataFolder: string): Promise<Fleet> {
  const settings = scenario.processes ?? [{}];
  const ports = await Promise.all(settings.map(() => findFreePort()));
  let kills = 0;
  const start = (index: number): Promise<Program> =>
    startProgram({
      dataFolder,
      port: ports[index] ?? 0,
      environment: { LOG_LEVEL: 'fatal', ...scenario.environment, ...settings[index] },
    });
  const programs: Program[] = [];
  for (const index of settings.keys()) programs.push(await start(index));
  // A worker answers, and takes nothing.
  const origins = programs
    .filter((_, index) => settings[index]?.['ROLE'] !== 'worker')
    .map(({ origin }) => origin);
  return {
    get kills() {
      return kills;
    },
    anyOrigin: (random) => origins[Math.floor(random() * origins.length)] ?? '',
    async killOne(random) {
      const index = Math.floor(random() * programs.length);
      await programs[index]?.kill();
      kills += 1;
      programs[index] = await start(index);
    },
    async stop() {
      await Promise.all(programs.map((program) => program.stop()));
    },
  };
}

async function openPeople(
  fleet: Fleet,
  channels: OutsideChannels,
  count: number,
): Promise<Person[]> {
  const kinds = [
    () => openPagePerson(fleet.anyOrigin(Math.random)),
    async () => channels.openTeamsPerson(),
    async () => channels.openPlainPerson(),
  ];
  const opening = Array.from({ length: count }, (_, index) => kinds[index % kinds.length]?.());
  return (await Promise.all(opening)).filter((person) => person !== undefined);
}

/** Asks one question after another, each as soon as the one before is taken; resolves to how often it was refused. */
async function askAll(
  person: Person,
  fleet: Fleet,
  count: number,
  random: () => number,
): Promise<number> {
  let refused = 0;
  for (let asked = 0; asked < count; ) {
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

async function killAtRandom(fleet: Fleet, random: () => number): Promise<void> {
  await wait(30 + random() * 700);
  await fleet.killOne(random);
  if (random() < 0.5) {
    await wait(random() * 500);
    await fleet.killOne(random);
  }
}

async function untilAnswered(
  everybody: readonly Person[],
  fleet: Fleet,
  withinMs: number,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (performance.now() < giveUpAt) {
    const found = await Promise.all(
      everybody.map((person) => look(person, fleet.anyOrigin(Math.random)).catch(() => undefined)),
    );
    if (found.every((counts) => counts?.lost === 0)) break;
    await wait(250);
  }
  // What would come twice comes now.
  await wait(500);
}

type Found = Pick<
  ChaosCounts,
  'accepted' | 'answered' | 'apologised' | 'repeated' | 'sentAgain' | 'lost'
>;

const nothing: Found = {
  accepted: 0,
  answered: 0,
  apologised: 0,
  repeated: 0,
  sentAgain: 0,
  lost: 0,
};

async function look(person: Person, origin: string): Promise<Found> {
  const replies = await person.replies(origin);
  return sumUp(person.asked.map((turn) => judge(turn, replies.get(turn.activityId), person)));
}

function judge(
  { isOwed }: AskedTurn,
  { answers, apologies, echoes }: Reply = { answers: 0, apologies: 0, echoes: 0 },
  { channelId }: Person,
): Found {
  const isAnswered = answers > 0;
  const isToldSo = !isAnswered && apologies > 0;
  const isTwice = answers > 1 || echoes > 0;
  // An answer has a name in every channel but the plain one; other messages have theirs in the web page alone.
  const isAvoidable = channelId === 'directline' || (channelId === 'msteams' && answers > 1);
  return {
    accepted: Number(isOwed),
    answered: Number(isAnswered),
    apologised: Number(isToldSo),
    repeated: Number(isTwice && isAvoidable),
    sentAgain: Number(isTwice && !isAvoidable),
    lost: Number(isOwed && !isAnswered && !isToldSo),
  };
}

function sumUp(found: readonly Found[]): Found {
  const total = { ...nothing };
  for (const counts of found)
    for (const name of Object.keys(total) as (keyof Found)[]) total[name] += counts[name];
  return total;
}

/** A question is kept once, and so is its answer. */
function countWrongRecords(dataFolder: string, asked: readonly AskedTurn[]): number {
  const database = new DatabaseSync(join(dataFolder, 'career-mentor.sqlite'));
  const count = database.prepare(
    `SELECT coalesce(sum(message_id = ?), 0) AS asked,
            coalesce(sum(json_extract(message, '$.role') = 'user'), 0) AS questions,
            coalesce(sum(json_extract(message, '$.role') = 'assistant'), 0) AS answers
     FROM messages WHERE conversation_id = ?`,
  );
  let wrong = 0;
  for (const { conversationKey, activityId, isOwed } of asked) {
    if (!isOwed) continue;
    const row = count.get(activityId, conversationKey) as {
      asked: number;
      questions: number;
      answers: number;
    };
    if (row.asked !== 1 || row.questions !== row.answers) wrong += 1;
  }
  database.close();
  return wrong;
}
