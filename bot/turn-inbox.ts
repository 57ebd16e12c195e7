import type { Logger } from 'pino';

export type TurnLogger = Pick<Logger, 'info' | 'warn' | 'error'>;

/** One activity that waits for its turn. */
export interface IncomingTurn {
  readonly channelId: string;
  readonly conversationId: string;
  /** Absent where the channel gave none; such a turn is never taken for a duplicate. */
  readonly activityId?: string | undefined;
  run(): Promise<unknown>;
}

export type Acceptance = 'accepted' | 'duplicate' | 'closed';

/**
 * Where every turn waits between the channel that received it and the bot. A channel acknowledges its caller once
 * `accept` has resolved. This implementation keeps turns in process; one that writes them down first has the same shape.
 */
export interface TurnInbox {
  /** False from the moment `drain` was called. */
  readonly accepting: boolean;
  /**
   * Takes a turn, unless the same activity was taken before. Turns of one conversation run strictly one after another, in
   * the order of acceptance. The turn never starts before the caller has had the chance to answer its own.
   */
  accept(turn: IncomingTurn): Promise<Acceptance>;
  /** Accepts nothing more and waits for what was accepted; resolves to how many turns were still unfinished at the end. */
  drain(timeoutMs: number): Promise<number>;
}

export interface TurnInboxOptions {
  readonly logger: TurnLogger;
  /** How many conversations run at the same time. */
  readonly maxConcurrentTurns?: number;
  /** How long an activity id is remembered. Slack and Teams send again for up to five minutes. */
  readonly rememberForMs?: number;
  /** The memory's bound: beyond it the oldest ids are forgotten early. */
  readonly rememberAtMost?: number;
  readonly now?: () => number;
}

/** Creates an inbox that lives as long as the process; a turn that fails is logged and never stops the ones behind it. */
export function createTurnInbox({
  logger,
  maxConcurrentTurns = 64,
  rememberForMs = 15 * 60_000,
  rememberAtMost = 100_000,
  now = Date.now,
}: TurnInboxOptions): TurnInbox {
  const isNew = createRecentIds({ rememberForMs, rememberAtMost, now });
  /** The turns of each conversation that has any, the running one first. */
  const lines = new Map<string, IncomingTurn[]>();
  /** Conversations whose next turn may start, longest waiting first. */
  const ready: string[] = [];
  const idleListeners = new Set<() => void>();
  let running = 0;
  let unfinished = 0;
  let accepting = true;

  const startReady = (): void => {
    while (running < maxConcurrentTurns) {
      const conversation = ready.shift();
      if (conversation === undefined) return;
      running += 1;
      void runNext(conversation);
    }
  };

  const runNext = async (conversation: string): Promise<void> => {
    const line = lines.get(conversation) ?? [];
    const [turn] = line;
    if (turn) await runGuarded(turn, logger);
    line.shift();
    running -= 1;
    unfinished -= 1;
    if (line.length > 0) ready.push(conversation);
    else lines.delete(conversation);
    if (unfinished === 0) for (const notify of idleListeners) notify();
    startReady();
  };

  return {
    get accepting() {
      return accepting;
    },
    async accept(turn) {
      if (!accepting) return 'closed';
      if (turn.activityId !== undefined && !isNew(keyOf(turn, turn.activityId))) return 'duplicate';
      const conversation = keyOf(turn);
      const line = lines.get(conversation);
      unfinished += 1;
      if (line) line.push(turn);
      else {
        lines.set(conversation, [turn]);
        ready.push(conversation);
        // Not at once: the channel's answer goes out before the turn takes the thread.
        setImmediate(startReady);
      }
      return 'accepted';
    },
    async drain(timeoutMs) {
      accepting = false;
      if (unfinished === 0) return 0;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        idleListeners.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
      return unfinished;
    },
  };
}

async function runGuarded(turn: IncomingTurn, logger: TurnLogger): Promise<void> {
  try {
    await turn.run();
  } catch (error) {
    const { channelId, conversationId, activityId } = turn;
    logger.error({ err: error, channelId, conversationId, activityId }, 'a turn failed');
  }
}

/** JSON keeps the parts apart, whatever characters a channel puts into its ids. */
function keyOf({ channelId, conversationId }: IncomingTurn, ...rest: string[]): string {
  return JSON.stringify([channelId, conversationId, ...rest]);
}

function createRecentIds({
  rememberForMs,
  rememberAtMost,
  now,
}: {
  rememberForMs: number;
  rememberAtMost: number;
  now: () => number;
}): (id: string) => boolean {
  /** Insertion order is order of age, so forgetting starts at the front. */
  const seenAt = new Map<string, number>();
  return (id) => {
    const time = now();
    for (const [oldest, at] of seenAt) {
      if (seenAt.size < rememberAtMost && time - at < rememberForMs) break;
      seenAt.delete(oldest);
    }
    if (seenAt.has(id)) return false;
    seenAt.set(id, time);
    return true;
  };
}
