import type { Evaluation, Failure } from '#test/evals/evaluation.ts';

export interface FailureGroup {
  /** Title of the set. */
  readonly set: string;
  readonly cause: string;
  readonly failures: readonly Failure[];
}

/** The failures of each set by their cause, the most frequent cause first. */
export function groupFailures({ sets }: Pick<Evaluation, 'sets'>): FailureGroup[] {
  return sets.flatMap(({ title, failures }) => {
    const byCause = Map.groupBy(failures, (failure) => failure.cause);
    return [...byCause]
      .map(([cause, members]) => ({ set: title, cause, failures: members }))
      .toSorted((left, right) => right.failures.length - left.failures.length);
  });
}
