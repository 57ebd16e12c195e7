/** How long turns took, of which quantiles can be asked. */
export interface Durations {
  readonly count: number;
  add(seconds: number, count: number): void;
  /** So many of a hundred took no longer; 0 where there were none. */
  percentile(percent: number): number;
}

const stepSeconds = 0.5;

/** Durations, kept by halves of a second. */
export function createDurations(): Durations {
  const counts: number[] = [];
  let total = 0;
  return {
    get count() {
      return total;
    },
    add(seconds, count) {
      const bin = Math.round(seconds / stepSeconds);
      counts[bin] = (counts[bin] ?? 0) + count;
      total += count;
    },
    percentile(percent) {
      const wanted = (total * percent) / 100;
      let seen = 0;
      for (const [bin, count = 0] of counts.entries()) {
        seen += count;
        if (seen >= wanted && seen > 0) return bin * stepSeconds;
      }
      return 0;
    },
  };
}
