import { type Context, context } from '@opentelemetry/api';
import { type IncomingTurn, type TurnEdge, type TurnInbox, turnIdOf } from '#bot/turn-inbox.ts';

interface WaitingTurn {
  readonly sinceMs: number;
  /** The trace of the request that brought it. */
  readonly trace: Context;
}

/** Knows how many turns are under way and how long the oldest has waited; carries the trace from the request to its turn. */
export function observeInbox(inbox: TurnInbox, elapsedMs: () => number = () => performance.now()) {
  /** The turns that this process took and that have not begun here, the oldest first. */
  const waiting = new Map<string | IncomingTurn, WaitingTurn>();
  let running = 0;
  const run = async (
    key: string | IncomingTurn,
    work: () => Promise<unknown>,
  ): Promise<unknown> => {
    const { trace = context.active() } = waiting.get(key) ?? {};
    waiting.delete(key);
    running += 1;
    try {
      return await context.with(trace, work);
    } finally {
      running -= 1;
    }
  };
  const observeEdge = (handler: TurnEdge): TurnEdge => ({
    run: (payload, turn) => run(turn.id, () => handler.run(payload, turn)),
    say: (payload, text) => handler.say(payload, text),
  });
  const accept = async (turn: IncomingTurn, key: string | IncomingTurn) => {
    // Delivered twice, it waits as long as it does.
    if (waiting.has(key)) return inbox.accept(turn);
    waiting.set(key, { sinceMs: elapsedMs(), trace: context.active() });
    try {
      const acceptance = await inbox.accept(turn);
      if (acceptance !== 'accepted') waiting.delete(key);
      return acceptance;
    } catch (error) {
      waiting.delete(key);
      throw error;
    }
  };
  const observed: TurnInbox = {
    get accepting() {
      return inbox.accepting;
    },
    accept(turn) {
      if (!('run' in turn)) return accept(turn, turnIdOf(turn) ?? turn);
      const passing: IncomingTurn = { ...turn, run: () => run(passing, () => turn.run()) };
      return accept(passing, passing);
    },
    goOn: (turn) => inbox.goOn(turn),
    serve: (edge, handler) => inbox.serve(edge, observeEdge(handler)),
    start: () => inbox.start(),
    drain: (timeoutMs) => inbox.drain(timeoutMs),
  };
  return {
    inbox: observed,
    standing() {
      const [oldest] = waiting.values();
      return {
        depth: waiting.size + running,
        oldestSeconds: oldest === undefined ? 0 : (elapsedMs() - oldest.sinceMs) / 1_000,
      };
    },
  };
}
