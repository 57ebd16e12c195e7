import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { inspected, type MeasuredProgram, startMeasured } from '#test/bench/measured-program.ts';
import { sampleMemory, type TimedSample } from '#test/bench/memory-samples.ts';
import { type People, startPeople } from './people.ts';
import { startSlowModel } from './slow-model.ts';
import { type AlertLife, watchAlert } from './watch-alert.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly people: number;
  /** How long the model takes while it is slow, which is from a fifth of the time on until somebody has acknowledged the alert. */
  readonly slowMs: number;
  /** The rule that this breaks. */
  readonly rule: string;
  /** Rules in place of those that come with the program. */
  readonly rules?: readonly object[];
  readonly tell?: (line: string) => void;
}

export interface SoakResult {
  readonly minutes: number;
  readonly people: number;
  readonly turns: number;
  readonly failures: number;
  readonly alert: AlertLife;
  /** Messages that the dashboard's socket got. */
  readonly liveMessages: number;
  readonly samples: readonly TimedSample[];
}

/** Figures are read every ten seconds, and later on a busy machine. */
const leastPatienceMs = 120_000;
/** Evenly over the time. */
const samplesTaken = 20;

const main = join(import.meta.dirname, '../../start.js');

/** Lets people ask the program for so long, with a dashboard open, while its model is slow for a part of it. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const { minutes, people: count, slowMs, rule, rules, tell = () => undefined } = options;
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-soak-'));
  const model = await startSlowModel();
  let program: MeasuredProgram | undefined;
  let people: People | undefined;
  try {
    program = await startMeasured(main, {
      ...inspected,
      environment: await settingsOf(folder, model.url, rules),
    });
    people = await startPeople(program.origin, count);
    const { origin } = program;
    const viewer = openViewer(origin);
    const provoke = async () => {
      await wait((minutes / 5) * 60_000);
      tell('the model becomes slow');
      model.delayMs = slowMs;
      const alert = await watchAlert(origin, {
        rule,
        timeoutMs: Math.max(minutes * 48_000, leastPatienceMs),
        onAcknowledged() {
          tell('acknowledged; the model is quick again');
          model.delayMs = 0;
        },
      });
      tell('resolved');
      return alert;
    };
    const [samples, alert] = await Promise.all([
      sampleMemory(program, { minutes, samples: samplesTaken, turns: people.turns, tell }),
      provoke(),
    ]);
    await people.stop();
    viewer.socket.terminate();
    const [turns, failures] = [people.turns(), people.failures()];
    const liveMessages = viewer.messages();
    return { minutes, people: count, turns, failures, alert, liveMessages, samples };
  } finally {
    model.delayMs = 0;
    await people?.stop();
    await program?.stop();
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function settingsOf(folder: string, modelUrl: string, rules: readonly object[] | undefined) {
  const rulesFile = join(folder, 'rules.json');
  if (rules !== undefined) await writeFile(rulesFile, JSON.stringify(rules));
  return {
    DATA_DIR: join(folder, 'data'),
    KNOWLEDGE_DIR: join(import.meta.dirname, '../../knowledge'),
    OPENAI_BASE_URL: modelUrl,
    OPENAI_API_KEY: 'none',
    OPENAI_MODEL: 'gpt-4o',
    // Every question shall reach the model.
    ANSWER_CACHE_SECONDS: '0',
    ...(rules === undefined ? {} : { ALERT_RULES_FILE: rulesFile }),
  };
}

function openViewer(origin: string) {
  const socket = new WebSocket(
    `${origin.replace('http', 'ws')}/monitoring/ws`,
    'career-mentor.monitoring.v1',
  );
  let messages = 0;
  socket.on('message', () => {
    messages += 1;
  });
  socket.on('error', () => undefined);
  return { socket, messages: () => messages };
}
