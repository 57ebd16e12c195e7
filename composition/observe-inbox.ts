import { randomUUID } from 'node:crypto';
import { type Context, context, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  type IncomingTurn,
  type KeptTurn,
  type TurnEdge,
  type TurnInbox,
  turnIdOf,
} from '#bot/turn-inbox.ts';
import {
  continueTrace,
  type TraceHeaders,
  traceHeadersOf,
} from '#services/telemetry/trace-headers.ts';

export interface InboxObserver {
  /** Whether other processes may run what this one accepts, and the other way round. */
  readonly isShared: boolean;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsedMs?: () => number;
  readonly now?: () => number;
}

/** What goes with a turn to whichever process runs it, beside the payload's own fields: a program that knows nothing of it ignores it. */
interface Escort extends TraceHeaders {
  readonly acceptedAtMs: number;
}

const escortKey = 'observed';

/**
 * Knows how many turns are under way and how long the oldest has waited, and carries the trace from the request to its turn,
 * through the queue and across processes.
 */
export function observeInbox(
  inbox: TurnInbox,
  { isShared, elapsedMs = () => performance.now(), now = Date.now }: InboxObserver,
) {
  const waits = isShared ? countLateWaits({ elapsedMs, now }) : countWaiting(elapsedMs);
  let running = 0;
  const run = async (trace: Context, work: () => Promise<unknown>): Promise<unknown> => {
    running += 1;
    try {
      return await context.with(trace, work);
    } finally {
      running -= 1;
    }
  };
  const observeEdge = (handler: TurnEdge): TurnEdge => ({
    run(given, turn) {
      const { payload, escort } = readEscort(given);
      // What runs again waited on purpose.
      waits.end(turn.id, turn.attempt === 1 ? escort?.acceptedAtMs : undefined);
      // Not where the queue happens to be: that may be within another turn's request.
      return run(continueTrace(escort ?? {}, ROOT_CONTEXT), () => handler.run(payload, turn));
    },
    say: (given, text) => handler.say(readEscort(given).payload, text),
  });
  const accept = async (turn: IncomingTurn, key: string) => {
    if (!waits.begin(key)) return inbox.accept(turn);
    try {
      const acceptance = await inbox.accept(turn);
      if (acceptance !== 'accepted') waits.end(key);
      return acceptance;
    } catch (error) {
      waits.end(key);
      throw error;
    }
  };
  const observed: TurnInbox = {
    get accepting() {
      return inbox.accepting;
    },
    accept(turn) {
      if (!('run' in turn)) {
        const kept = withEscort(withId(turn), now);
        return accept(kept, turnIdOf(kept) ?? '');
      }
      const [trace, key] = [context.active(), turnIdOf(turn) ?? randomUUID()];
      const passing = () => {
        waits.end(key);
        return run(trace, () => turn.run());
      };
      return accept({ ...turn, run: passing }, key);
    },
    goOn: (turn) => inbox.goOn(withEscort(turn, now)),
    serve: (edge, handler) => inbox.serve(edge, observeEdge(handler)),
    start: () => inbox.start(),
    drain: (timeoutMs) => inbox.drain(timeoutMs),
  };
  return {
    inbox: observed,
    standing: () => ({
      depth: waits.depth() + running,
      oldestSeconds: waits.oldestSeconds(),
    }),
  };
}

/** Follows turns that have not begun. */
interface Waits {
  /** Notes a turn that is about to be kept; false where it is known already. */
  begin(id: string): boolean;
  end(id: string, acceptedAtMs?: number): void;
  depth(): number;
  oldestSeconds(): number;
}

/** For a process that runs all it accepts: each turn from its acceptance to its begin. */
function countWaiting(elapsedMs: () => number): Waits {
  /** The oldest first. */
  const waiting = new Map<string, number>();
  return {
    begin(id) {
      // Delivered twice, it waits as long as it does.
      if (waiting.has(id)) return false;
      waiting.set(id, elapsedMs());
      return true;
    },
    end: (id) => waiting.delete(id),
    depth: () => waiting.size,
    oldestSeconds() {
      const [oldest] = waiting.values();
      return oldest === undefined ? 0 : (elapsedMs() - oldest) / 1_000;
    },
  };
}

/** How long the figure of a turn that has begun stands for how things are. */
const lateMs = 30_000;

/**
 * For processes that share a queue: what this one accepts may run anywhere, so that it can only tell how long those which
 * began here within the last while had waited. Nothing is held for a turn.
 */
function countLateWaits({
  elapsedMs,
  now,
}: {
  readonly elapsedMs: () => number;
  readonly now: () => number;
}): Waits {
  let longest = { seconds: 0, atMs: Number.NEGATIVE_INFINITY };
  const isLate = () => elapsedMs() - longest.atMs <= lateMs;
  return {
    begin: () => true,
    end(_id, acceptedAtMs) {
      if (acceptedAtMs === undefined) return;
      // Clocks of two machines differ a little.
      const seconds = Math.max(0, now() - acceptedAtMs) / 1_000;
      if (!isLate() || seconds >= longest.seconds) longest = { seconds, atMs: elapsedMs() };
    },
    depth: () => 0,
    oldestSeconds: () => (isLate() ? longest.seconds : 0),
  };
}

/** A turn without an id gets one of its own, which is taken for nobody's duplicate, so that its end is found again. */
function withId(turn: KeptTurn): KeptTurn {
  return turn.activityId === undefined ? { ...turn, activityId: randomUUID() } : turn;
}

function withEscort(turn: KeptTurn, now: () => number): KeptTurn {
  if (!isRecord(turn.payload)) return turn;
  const escort: Escort = { ...traceHeadersOf(), acceptedAtMs: now() };
  return { ...turn, payload: { ...turn.payload, [escortKey]: escort } };
}

function readEscort(given: unknown): { readonly payload: unknown; readonly escort?: Escort } {
  if (!isRecord(given) || !isRecord(given[escortKey])) return { payload: given };
  const { [escortKey]: escort, ...payload } = given;
  return { payload, escort: escort as unknown as Escort };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
