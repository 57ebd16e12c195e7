export interface Stopwatch {
  /** Ends a stage: the time since the last lap is its own. */
  lap(stage: string): void;
  /** Milliseconds by stage, rounded, and their sum as `total`. */
  laps(): Record<string, number>;
}

/** Times the stages of one answer on the given clock, in milliseconds. */
export function createStopwatch(elapsedMs: () => number): Stopwatch {
  const start = elapsedMs();
  let last = start;
  const laps: Record<string, number> = {};
  return {
    lap(stage) {
      const now = elapsedMs();
      laps[stage] = Math.round(now - last);
      last = now;
    },
    laps: () => ({ ...laps, total: Math.round(last - start) }),
  };
}
