import { assumptions } from '#deploymentTemplates/scale/assumptions.ts';

/** Between how many replicas an app may have. */
export interface ReplicaBounds {
  readonly least: number;
  readonly most: number;
}

/** The replicas of an app over a day. */
export interface Replicas {
  /** How many take work. */
  readonly ready: number;
  /** Moves to a moment: what was started becomes ready. */
  advance(now: number): void;
  /** What the rules ask for, told every few seconds. */
  scaleTo(desired: number, now: number): void;
}

/**
 * Scales as Container Apps does: out at once, by four or by as many as there are; in no further than to the most that was asked
 * for within the last minutes.
 */
export function createReplicas({ least, most }: ReplicaBounds): Replicas {
  const { scaleInAfterSeconds, leastStep } = assumptions.scaling;
  const { startSeconds } = assumptions.replica;
  let ready = least;
  let starting: { readonly count: number; readonly readyAt: number }[] = [];
  let asked: { readonly desired: number; readonly at: number }[] = [];
  const all = () => starting.reduce((sum, { count }) => sum + count, ready);
  return {
    get ready() {
      return ready;
    },
    advance(now) {
      if (starting.length === 0) return;
      for (const { count, readyAt } of starting) if (readyAt <= now) ready += count;
      starting = starting.filter(({ readyAt }) => readyAt > now);
    },
    scaleTo(desired, now) {
      const wanted = Math.min(most, Math.max(least, desired));
      asked = [
        ...asked.filter(({ at }) => now - at < scaleInAfterSeconds),
        { desired: wanted, at: now },
      ];
      if (wanted > all()) {
        const count = Math.min(Math.max(all(), leastStep), wanted - all());
        starting.push({ count, readyAt: now + startSeconds });
      } else if (starting.length === 0)
        ready = Math.min(ready, Math.max(...asked.map((earlier) => earlier.desired)));
    },
  };
}
