/** Turns that came at the same moment. */
export interface Cohort {
  readonly count: number;
  /** When their people asked, in seconds. */
  readonly asked: number;
  /** When they joined the line that they stand in. */
  readonly joined: number;
}

/** A line in which who came first goes first; it counts by cohorts, so millions cost no more than tens. */
export interface WaitingLine {
  readonly length: number;
  join(cohort: Cohort): void;
  /** Lets so many go, the first first. */
  take(most: number): Cohort[];
  /** Lets those go who joined before that moment. */
  takeJoinedBefore(moment: number): Cohort[];
}

/** An empty line. */
export function createWaitingLine(): WaitingLine {
  let cohorts: Cohort[] = [];
  let first = 0;
  let length = 0;
  const leave = (): void => {
    first += 1;
    if (first < 1_000) return;
    cohorts = cohorts.slice(first);
    first = 0;
  };
  const takeWhile = (countOf: (cohort: Cohort) => number): Cohort[] => {
    const taken: Cohort[] = [];
    for (let next = cohorts[first]; next !== undefined; next = cohorts[first]) {
      const count = Math.min(next.count, countOf(next));
      if (count <= 0) break;
      taken.push({ ...next, count });
      length -= count;
      if (count === next.count) leave();
      else cohorts[first] = { ...next, count: next.count - count };
    }
    return taken;
  };
  return {
    get length() {
      return length;
    },
    join(cohort) {
      if (cohort.count === 0) return;
      cohorts.push(cohort);
      length += cohort.count;
    },
    take(most) {
      let left = Math.floor(most);
      return takeWhile(({ count }) => {
        const granted = Math.min(count, left);
        left -= granted;
        return granted;
      });
    },
    takeJoinedBefore: (moment) => takeWhile(({ joined, count }) => (joined < moment ? count : 0)),
  };
}
