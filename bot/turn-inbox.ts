import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { HeldTurn, QueuedTurn, TurnEnd, TurnQueue } from '#services/turn-queue/port.ts';
import { createConversationLines } from './conversation-lines.ts';
import { createRecentIds } from './recent-ids.ts';
import { texts } from './texts.ts';
import { mayPass, reasonOf, retryDelayMs } from './turn-failure.ts';

export type TurnLogger = Pick<Logger, 'info' | 'warn' | 'error'>;

interface TurnPlaceInLine {
  readonly channelId: string;
  readonly conversationId: string;
  /** Absent where the channel gave none; such a turn is never taken for a duplicate. */
  readonly activityId?: string | undefined;
}

/** A turn that outlives the process: whoever runs it knows the edge and gets the payload. */
export interface KeptTurn extends TurnPlaceInLine {
  readonly edge: string;
  /** The person across all stores. */
  readonly person?: string | undefined;
  /** Plain data, without secrets. */
  readonly payload: unknown;
}

/** Work that takes its place among the conversation's turns and ends with the process; whoever wants it waits for it here. */
export interface PassingTurn extends TurnPlaceInLine {
  run(): Promise<unknown>;
}

export type IncomingTurn = KeptTurn | PassingTurn;

/** A kept turn while it runs. */
export interface RunningTurn
  extends Pick<HeldTurn, 'id' | 'attempt' | 'progress' | 'keep' | 'lost'> {
  /** Aborts when the turn shall end: the program stops, or another process has it. */
  readonly signal: AbortSignal;
}

/** A way in, as it runs the turns that it gave. */
export interface TurnEdge {
  /** Runs a turn. Rejects where the person got no answer, not even an apology. */
  run(payload: unknown, turn: RunningTurn): Promise<unknown>;
  /** Says a sentence to the person whose turn it is, where somebody waits for one. */
  say(payload: unknown, text: string): Promise<unknown>;
}

export type Acceptance = 'accepted' | 'duplicate' | 'closed';

/**
 * Where every turn waits between the channel that received it and the bot. A channel acknowledges its caller once
 * `accept` has resolved; from then on the turn is answered, whatever becomes of the process.
 */
export interface TurnInbox {
  /** False from the moment `drain` was called. */
  readonly accepting: boolean;
  /**
   * Takes a turn, unless the same activity was taken before. Turns of one conversation run strictly one after another, in
   * the order of acceptance. The turn never starts before the caller has had the chance to answer its own. Rejects with
   * `data-unavailable` where the turn cannot be kept.
   */
  accept(turn: IncomingTurn): Promise<Acceptance>;
  /** Takes a turn that follows from one which was accepted: also while nothing new is. */
  goOn(turn: KeptTurn): Promise<void>;
  /** Names who runs the turns of an edge. */
  serve(edge: string, handler: TurnEdge): void;
  /** Begins to run what was accepted, also before this process; every edge must be served by then. */
  start(): void;
  /** Accepts nothing more and waits for what runs; what does not end in time is handed back. Resolves to how many turns were still unfinished. */
  drain(timeoutMs: number): Promise<number>;
}

export interface TurnInboxOptions {
  readonly logger: TurnLogger;
  /** Keeps the turns; without it they live as long as the process, and need no `start`. */
  readonly queue?: TurnQueue;
  /** How many conversations run at the same time. */
  readonly maxConcurrentTurns?: number;
  /** Who waits behind more turns than this is told at once that it will take a moment. */
  readonly maxUnannounced?: number;
  /** A turn that failed, or ended with its process, so often is set aside. */
  readonly mostAttempts?: number;
  /** How long an activity id is remembered. Slack and Teams send again for up to five minutes. */
  readonly rememberForMs?: number;
  /** The memory's bound: beyond it the oldest ids are forgotten early. */
  readonly rememberAtMost?: number;
  readonly now?: () => number;
  readonly retryDelay?: (attempt: number) => number;
}

/** After the signal to end, turns have so long to do it. */
const settleWithinMs = 3_000;

/** Creates the inbox; a turn that fails is logged and never stops the ones behind it. */
export function createTurnInbox(options: TurnInboxOptions): TurnInbox {
  const { logger, queue, maxConcurrentTurns = 64 } = options;
  const { maxUnannounced = 4 * maxConcurrentTurns } = options;
  const isNew = createRecentIds({
    rememberForMs: options.rememberForMs ?? 15 * 60_000,
    rememberAtMost: options.rememberAtMost ?? 100_000,
    now: options.now ?? (() => performance.now()),
  });
  const lines = createConversationLines(maxConcurrentTurns);
  const edges = new Map<string, TurnEdge>();
  const stopping = new AbortController();
  const runKept = createRunKept({ ...options, edges, stopping: stopping.signal });
  /** The conversations that were asked for a moment's patience. */
  const patient = new Set<string>();
  let accepting = true;

  const askForPatience = (line: string, { edge, payload }: KeptTurn): void => {
    const waiting = queue?.waiting() ?? lines.unfinished - lines.running;
    if (waiting <= maxUnannounced) patient.clear();
    if (waiting <= maxUnannounced || patient.has(line)) return;
    patient.add(line);
    edges
      .get(edge)
      ?.say(payload, texts.oneMoment)
      .catch((error: unknown) => logger.warn({ err: error }, 'nobody could be asked for patience'));
  };
  const run = (turn: HeldTurn): Promise<TurnEnd> =>
    new Promise((resolve) => {
      lines.add(turn.line, async () => {
        patient.delete(turn.line);
        resolve(await runKept(turn));
      });
    });
  const acceptPassing = (turn: PassingTurn): Acceptance => {
    if (turn.activityId !== undefined && !isNew(keyOf(turn, turn.activityId))) return 'duplicate';
    lines.add(keyOf(turn), () => runGuarded(turn, logger));
    return 'accepted';
  };
  const acceptWithoutQueue = (turn: KeptTurn): Acceptance => {
    const queued = toQueuedTurn(turn);
    if (turn.activityId !== undefined && !isNew(queued.id)) return 'duplicate';
    const payload: unknown = JSON.parse(JSON.stringify(turn.payload));
    lines.add(queued.line, () => runInMemory({ ...queued, payload }, runKept, stopping.signal));
    return 'accepted';
  };

  return {
    get accepting() {
      return accepting;
    },
    async accept(turn) {
      if (!accepting) return 'closed';
      if ('run' in turn) return acceptPassing(turn);
      const acceptance = queue ? await queue.accept(toQueuedTurn(turn)) : acceptWithoutQueue(turn);
      if (acceptance === 'accepted') askForPatience(keyOf(turn), turn);
      return acceptance;
    },
    async goOn(turn) {
      if (queue) await queue.accept(toQueuedTurn(turn));
      else acceptWithoutQueue(turn);
    },
    serve(edge, handler) {
      edges.set(edge, handler);
    },
    start() {
      queue?.start(run, { concurrency: maxConcurrentTurns });
    },
    async drain(timeoutMs) {
      accepting = false;
      const settleMs = queue === undefined ? 0 : Math.min(settleWithinMs, timeoutMs / 4);
      const stopped = queue?.stop();
      await lines.whenIdle(timeoutMs - settleMs);
      stopping.abort(new Error('The program stops.'));
      if (settleMs > 0) {
        await lines.whenIdle(settleMs);
        // Where the queue is away nobody can tell it how the turns ended: it will have them run again.
        if (lines.unfinished === 0)
          await Promise.race([stopped, delay(settleMs, undefined, { ref: false })]);
      }
      return lines.unfinished;
    },
  };
}

/** The id of a turn wherever it waits or runs; `undefined` where its channel gave it none. */
export function turnIdOf(turn: IncomingTurn): string | undefined {
  return turn.activityId === undefined ? undefined : keyOf(turn, turn.activityId);
}

function toQueuedTurn(turn: KeptTurn): QueuedTurn {
  const { edge, person, payload } = turn;
  return {
    id: turnIdOf(turn) ?? keyOf(turn, randomUUID()),
    line: keyOf(turn),
    edge,
    person,
    payload,
  };
}

interface RunKeptOptions extends Pick<TurnInboxOptions, 'logger' | 'mostAttempts' | 'retryDelay'> {
  readonly edges: ReadonlyMap<string, TurnEdge>;
  readonly stopping: AbortSignal;
}

/** Makes what runs a kept turn to one of its ends; it never rejects. */
function createRunKept({
  logger,
  edges,
  stopping,
  mostAttempts = 10,
  retryDelay = retryDelayMs,
}: RunKeptOptions): (turn: HeldTurn) => Promise<TurnEnd> {
  const giveUp = async (turn: HeldTurn, error: unknown): Promise<TurnEnd> => {
    const reason = reasonOf(error);
    logger.error({ err: error, ...aboutTurn(turn), reason }, 'a turn was set aside');
    await edges
      .get(turn.edge)
      ?.say(turn.payload, texts.gaveUp)
      .catch((second: unknown) =>
        logger.error(
          { err: second, ...aboutTurn(turn) },
          'nobody could be told about a turn that was set aside',
        ),
      );
    return { kind: 'dead', reason };
  };
  const runOnce = async (turn: HeldTurn): Promise<TurnEnd> => {
    const edge = edges.get(turn.edge);
    if (edge === undefined) throw new NoSuchEdge(turn.edge);
    if (turn.attempt > mostAttempts) throw new TooManyRuns(mostAttempts);
    const signal = AbortSignal.any([stopping, turn.lost]);
    const { id, attempt, progress, lost } = turn;
    const keep = (kept: unknown) => turn.keep(kept);
    await edge.run(turn.payload, { id, attempt, progress, keep, lost, signal });
    return { kind: 'done' };
  };
  return async (turn) => {
    try {
      return await runOnce(turn);
    } catch (error) {
      if (turn.lost.aborted || stopping.aborted) return { kind: 'handed-back' };
      const isLast = turn.attempt >= mostAttempts;
      if (isLast || !mayPass(error)) return giveUp(turn, error);
      const afterMs = retryDelay(turn.attempt);
      logger.warn({ err: error, ...aboutTurn(turn), afterMs }, 'a turn failed; it runs again');
      return { kind: 'retry', afterMs };
    }
  };
}

/** Runs a turn that nothing keeps as often as it wants. */
async function runInMemory(
  turn: QueuedTurn,
  runKept: (turn: HeldTurn) => Promise<TurnEnd>,
  stopping: AbortSignal,
): Promise<void> {
  const acceptedAt = new Date();
  const { signal: lost } = new AbortController();
  let progress: unknown;
  const keep = async (kept: unknown) => {
    progress = kept;
  };
  for (let attempt = 1; ; attempt += 1) {
    const end = await runKept({ ...turn, attempt, acceptedAt, progress, lost, keep });
    if (end.kind !== 'retry') return;
    await delay(end.afterMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

async function runGuarded(turn: PassingTurn, logger: TurnLogger): Promise<void> {
  try {
    await turn.run();
  } catch (error) {
    const { channelId, conversationId, activityId } = turn;
    logger.error({ err: error, channelId, conversationId, activityId }, 'a turn failed');
  }
}

function aboutTurn({ id, edge, attempt }: HeldTurn) {
  return { turn: id, edge, attempt };
}

/** JSON keeps the parts apart, whatever characters a channel puts into its ids. */
function keyOf({ channelId, conversationId }: TurnPlaceInLine, ...rest: string[]): string {
  return JSON.stringify([channelId, conversationId, ...rest]);
}

class NoSuchEdge extends Error {
  override readonly name = 'NoSuchEdge';
  readonly isPassing = false;

  constructor(edge: string) {
    super(
      `This process has no way in named ${edge}; its settings differ from those of the one that took the turn.`,
    );
  }
}

/** It ended with its process each time: it may be what ends the process. */
class TooManyRuns extends Error {
  override readonly name = 'TooManyRuns';
  readonly isPassing = false;

  constructor(attempts: number) {
    super(`The turn ended with its process ${attempts} times.`);
  }
}
