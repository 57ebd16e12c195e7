/** One measured number. */
export interface Figure {
  /** Stable, such as `retrieval.test.recallAt5`: baselines and history name it so. */
  readonly id: string;
  readonly label: string;
  readonly value: number;
  readonly better: 'higher' | 'lower';
  readonly unit: 'share' | 'count' | 'words' | 'grade' | 'milliseconds';
  /** How many cases stand behind it. */
  readonly cases: number;
  readonly target?: number;
  /** A machine's speed, or a share of something that no baseline can hold: shown, never compared. */
  readonly isInformative?: true;
}

/** One case that went wrong; only ever of cases that may be looked at. */
export interface Failure {
  readonly caseId: string;
  /** What went wrong in few words: failures are grouped by it. */
  readonly cause: string;
  /** For reading: what was asked, what was wanted, what came. */
  readonly details: string;
}

/** A question with its answer, for reading. */
export interface Exhibit {
  readonly question: string;
  readonly answer: string;
  readonly sources: readonly string[];
  readonly state: string;
  /** Where the question comes from. */
  readonly origin: string;
}

export interface SetResult {
  readonly name: string;
  readonly title: string;
  /** What is asked and how it is counted, in a sentence or two. */
  readonly about: string;
  readonly figures: readonly Figure[];
  readonly failures: readonly Failure[];
  readonly exhibits?: readonly Exhibit[];
  /** Why nothing was measured. */
  readonly skipped?: string;
}

/** Everything one run found out. */
export interface Evaluation {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Which writer answered: `extractive`, `scripted`, or the name of the configured model. */
  readonly model: string;
  readonly durationMs: number;
  readonly sets: readonly SetResult[];
}

/** All figures of a run in the order of its sets. */
export function figuresOf(evaluation: Pick<Evaluation, 'sets'>): Figure[] {
  return evaluation.sets.flatMap((set) => set.figures);
}
