/** Work in lines: one after another within a line, lines side by side. */
export interface ConversationLines {
  /** How much is running or waiting. */
  readonly unfinished: number;
  readonly running: number;
  /** Adds work at the end of a line; it never begins within the call, and must not reject. */
  add(line: string, work: () => Promise<void>): void;
  /** Resolves when nothing is left, or when the time is over. */
  whenIdle(timeoutMs: number): Promise<void>;
}

/** Makes lines of which so many run at the same time; each gets its turn, however much another has to say. */
export function createConversationLines(maxConcurrent: number): ConversationLines {
  /** The work of each line that has any, the running one first. */
  const lines = new Map<string, (() => Promise<void>)[]>();
  /** Lines whose next work may start, longest waiting first. */
  const ready: string[] = [];
  const idleListeners = new Set<() => void>();
  let running = 0;
  let unfinished = 0;
  let isStarting = false;

  /** One each time the event loop comes round: what arrives meanwhile is acknowledged between two turns, not behind all. */
  const startNext = (): void => {
    isStarting = false;
    if (running >= maxConcurrent) return;
    const name = ready.shift();
    if (name === undefined) return;
    running += 1;
    void runNext(name);
    startSoon();
  };
  const startSoon = (): void => {
    if (isStarting || ready.length === 0 || running >= maxConcurrent) return;
    isStarting = true;
    setImmediate(startNext);
  };
  const runNext = async (name: string): Promise<void> => {
    const line = lines.get(name) ?? [];
    try {
      await line[0]?.();
    } finally {
      line.shift();
      settle(name, line);
    }
  };
  const settle = (name: string, line: readonly unknown[]): void => {
    running -= 1;
    unfinished -= 1;
    if (line.length > 0) ready.push(name);
    else lines.delete(name);
    if (unfinished === 0) for (const notify of idleListeners) notify();
    startSoon();
  };

  return {
    get unfinished() {
      return unfinished;
    },
    get running() {
      return running;
    },
    add(name, work) {
      const line = lines.get(name);
      unfinished += 1;
      if (line) line.push(work);
      else {
        lines.set(name, [work]);
        ready.push(name);
        // Not at once: the channel's answer goes out before the turn takes the thread.
        startSoon();
      }
    },
    async whenIdle(timeoutMs) {
      if (unfinished === 0) return;
      await new Promise<void>((resolve) => {
        const end = () => {
          clearTimeout(timer);
          idleListeners.delete(end);
          resolve();
        };
        const timer = setTimeout(end, timeoutMs);
        idleListeners.add(end);
      });
    },
  };
}
