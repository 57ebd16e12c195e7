import { createDurations, type Durations } from './durations.ts';

/** The parts that a turn may have to wait for. */
export type Part = 'Service Bus' | 'workers' | 'AI Search' | 'model quota' | 'Cosmos DB';

/** A quarter of an hour. */
export interface Stretch {
  readonly turns: number;
  readonly byModel: number;
  /** The most that were ready. */
  readonly workers: number;
}

/** How a day went. */
export interface Day {
  readonly turns: number;
  /** Answered by the language model. */
  readonly byModel: number;
  /** Answered from the passages, since the model had no room within the patience. */
  readonly fromPassages: number;
  /** Told that search cannot be reached. */
  readonly withoutSearch: number;
  /** Still waiting an hour after midnight. */
  readonly unanswered: number;
  /** From asking to beginning, and to the whole answer. */
  readonly begun: Durations;
  readonly finished: Durations;
  readonly mostWorkers: number;
  /** When somebody first came who had to wait a second or more for a part, in seconds from midnight, and how many did in all. */
  readonly full: ReadonlyMap<Part, { readonly first: number; readonly turns: number }>;
  readonly stretches: readonly Stretch[];
}

/** A day's length. */
export const daySeconds = 24 * 3_600;
const stretchSeconds = 15 * 60;

type Ending = 'byModel' | 'fromPassages' | 'withoutSearch';

/** Where it is written down what becomes of the turns. */
export type Ledger = ReturnType<typeof createLedger>;

/** An empty ledger. */
export function createLedger() {
  const [begun, finished] = [createDurations(), createDurations()];
  const ended: Record<Ending, number> = { byModel: 0, fromPassages: 0, withoutSearch: 0 };
  const full = new Map<Part, { first: number; turns: number }>();
  const stretches = Array.from({ length: daySeconds / stretchSeconds }, () => ({
    turns: 0,
    byModel: 0,
    workers: 0,
  }));
  const stretchAt = (now: number) => stretches[Math.floor(now / stretchSeconds)];
  let turns = 0;
  let mostWorkers = 0;
  return {
    came(count: number, now: number): void {
      turns += count;
      const stretch = stretchAt(now);
      if (stretch) stretch.turns += count;
    },
    began: (seconds: number, count: number) => begun.add(seconds, count),
    finished: (seconds: number, count: number) => finished.add(seconds, count),
    ended(ending: Ending, count: number, now: number): void {
      ended[ending] += count;
      const stretch = stretchAt(now);
      if (stretch && ending === 'byModel') stretch.byModel += count;
    },
    waited(part: Part, count: number, since: number): void {
      const known = full.get(part) ?? { first: since, turns: 0 };
      full.set(part, { ...known, turns: known.turns + count });
    },
    workers(ready: number, now: number): void {
      mostWorkers = Math.max(mostWorkers, ready);
      const stretch = stretchAt(now);
      if (stretch) stretch.workers = Math.max(stretch.workers, ready);
    },
    close: (): Day => ({
      ...ended,
      turns,
      unanswered: turns - finished.count,
      begun,
      finished,
      mostWorkers,
      full,
      stretches,
    }),
  };
}
