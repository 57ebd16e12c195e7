import { setTimeout as wait } from 'node:timers/promises';
import { questionsOfConversation } from './asker.ts';
import { quantile } from './figures.ts';
import { type NoAnswerReason, NotAnswered, type WordTimes } from './follow-answers.ts';
import type { MeasuredProgram } from './measured-program.ts';
import { readMemory, type TimedSample } from './memory-samples.ts';
import { openWebConversation, type WebConversation } from './web-conversation.ts';

export interface OpenStreamsOptions {
  readonly people: number;
  readonly minutes: number;
  readonly questions: readonly string[];
  /** How often each of them asks. */
  readonly askEveryMs?: number;
  /** How long each waits for an answer. */
  readonly patienceMs?: number;
  /** The program's language model, whose share of the processor is told too. */
  readonly model?: Pick<MeasuredProgram, 'processorMs'>;
  readonly tell?: (line: string) => void;
}

/** Turns without an answer: by why there is none, or because all that came was a sentence that says so. */
export type FailedTurns = Readonly<Record<NoAnswerReason | 'apology', number>>;

/** Shares of one core, over the time in which people asked. */
export interface ProcessorShares {
  readonly program: number;
  readonly driver: number;
  readonly model: number | null;
}

export interface OpenStreams {
  readonly people: number;
  readonly minutes: number;
  readonly askEverySeconds: number;
  readonly asked: number;
  readonly answered: number;
  readonly failed: FailedTurns;
  readonly repeated: number;
  readonly firstWordMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  readonly wholeAnswerMs: { readonly p50: number; readonly p95: number };
  readonly samples: readonly TimedSample[];
  readonly processor: ProcessorShares;
}

type MeasuredStreams = Pick<MeasuredProgram, 'origin' | 'heapBytes' | 'residentMb' | 'processorMs'>;

const usualAskEveryMs = 30_000;
const usualPatienceMs = 30_000;
/** So many people open the page at a time. */
const openedAtOnce = 16;
/** So long after the last answer one may still come again. */
const settleMs = 1_000;
/** A sample a minute, and in a short run one a quarter. */
const fewestSamples = 4;

/**
 * Lets people keep the web page open for so long and ask now and then, evenly spread; what fails is counted and ends nothing. The
 * time stands still for everybody while memory is read: a forced collection of garbage is no part of what people wait for.
 */
export async function measureOpenStreams(
  program: MeasuredStreams,
  options: OpenStreamsOptions,
): Promise<OpenStreams> {
  const { people: count, minutes, askEveryMs = usualAskEveryMs } = options;
  const { tell = () => undefined } = options;
  const tally = createTally();
  const people = Array.from({ length: count }, (_, index) => ({
    ...createPerson(program.origin, index, options, tally),
    dueMs: (index * askEveryMs) / count,
  }));
  await openAll(people);
  tell(`${count} streams are open`);
  const processors = createProcessorWatch(program, options.model);
  const samples: TimedSample[] = [];
  const parts = Math.max(fewestSamples, Math.round(minutes));
  const partMs = (minutes * 60_000) / parts;
  for (let part = 1; part <= parts; part += 1) {
    const startedMs = performance.now() - (part - 1) * partMs;
    const untilDue = (dueMs: number) => wait(Math.max(0, startedMs + dueMs - performance.now()));
    const askOn = async (person: (typeof people)[number]) => {
      for (; person.dueMs < part * partMs; person.dueMs += askEveryMs) {
        await untilDue(person.dueMs);
        await person.ask();
      }
    };
    await processors.during(Promise.all([untilDue(part * partMs), ...people.map(askOn)]));
    const memory = await readMemory(program);
    samples.push({
      minute: Math.round((100 * part * minutes) / parts) / 100,
      turns: tally.answered(),
      ...memory,
    });
    tell(JSON.stringify(samples.at(-1)));
  }
  await wait(settleMs);
  for (const person of people) person.leave();
  return {
    people: count,
    minutes,
    askEverySeconds: askEveryMs / 1_000,
    ...tally.result(),
    samples,
    processor: processors.shares(),
  };
}

interface Person {
  /** Opens the page, unless it is open and its conversation is not long enough yet; rejects where it cannot. */
  open(): Promise<WebConversation>;
  ask(): Promise<void>;
  leave(): void;
}

function createPerson(
  origin: string,
  index: number,
  { questions, patienceMs = usualPatienceMs }: OpenStreamsOptions,
  tally: Tally,
): Person {
  let conversation: WebConversation | undefined;
  let asked = 0;
  let askedHere = 0;
  const leave = () => {
    tally.repeated(conversation?.repeatedAnswers() ?? 0);
    conversation?.close();
    conversation = undefined;
  };
  const open = async () => {
    if (conversation?.isOpen() && askedHere < questionsOfConversation) return conversation;
    leave();
    askedHere = 0;
    conversation = await openWebConversation(origin, { patienceMs });
    return conversation;
  };
  return {
    open,
    leave,
    async ask() {
      const question = questions[(asked + index * questionsOfConversation) % questions.length];
      try {
        const page = await open();
        asked += 1;
        askedHere += 1;
        tally.answer(await page.ask(question ?? ''));
      } catch (error) {
        if (!(error instanceof NotAnswered)) throw error;
        tally.fail(error.reason);
      }
    },
  };
}

/** Who cannot open the page now tries again with the first question, and is counted then. */
async function openAll(people: readonly Person[]): Promise<void> {
  const waiting = people.values();
  const openSome = async () => {
    for (const person of waiting) await person.open().catch(ignoreNotAnswered);
  };
  await Promise.all(Array.from({ length: openedAtOnce }, openSome));
}

function ignoreNotAnswered(error: unknown): void {
  if (!(error instanceof NotAnswered)) throw error;
}

type Tally = ReturnType<typeof createTally>;

function createTally() {
  const firstWords: number[] = [];
  const wholeAnswers: number[] = [];
  const failed = { refused: 0, closed: 0, unanswered: 0, apology: 0 };
  let repeated = 0;
  return {
    answered: () => wholeAnswers.length,
    answer({ firstWordMs, wholeAnswerMs, isApology }: WordTimes) {
      if (isApology) {
        failed.apology += 1;
        return;
      }
      firstWords.push(firstWordMs);
      wholeAnswers.push(wholeAnswerMs);
    },
    fail(reason: NoAnswerReason) {
      failed[reason] += 1;
    },
    repeated(times: number) {
      repeated += times;
    },
    result() {
      const answered = wholeAnswers.length;
      const failures = Object.values(failed).reduce((sum, times) => sum + times, 0);
      const at = (share: number, values: readonly number[]) => quantile(share, values);
      return {
        asked: answered + failures,
        answered,
        failed,
        repeated,
        firstWordMs: {
          p50: at(0.5, firstWords),
          p95: at(0.95, firstWords),
          p99: at(0.99, firstWords),
        },
        wholeAnswerMs: { p50: at(0.5, wholeAnswers), p95: at(0.95, wholeAnswers) },
      };
    },
  };
}

/** Tells who used the processor during some stretches of time. */
function createProcessorWatch(
  program: Pick<MeasuredProgram, 'processorMs'>,
  model: Pick<MeasuredProgram, 'processorMs'> | undefined,
) {
  const usedMs = { program: 0, driver: 0, model: 0, all: 0 };
  const read = () => {
    const { user, system } = process.cpuUsage();
    return {
      program: program.processorMs() ?? Number.NaN,
      driver: (user + system) / 1_000,
      model: model?.processorMs() ?? Number.NaN,
      all: performance.now(),
    };
  };
  return {
    async during(stretch: Promise<unknown>): Promise<void> {
      const before = read();
      await stretch;
      const after = read();
      for (const name of ['program', 'driver', 'model', 'all'] as const)
        usedMs[name] += after[name] - before[name];
    },
    shares(): ProcessorShares {
      return {
        program: usedMs.program / usedMs.all,
        driver: usedMs.driver / usedMs.all,
        model: model === undefined ? null : usedMs.model / usedMs.all,
      };
    },
  };
}
