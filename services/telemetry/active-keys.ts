/**
 * Counts who was there within the last while; holds no more than `most` of them, and nothing but their keys' order.
 * Meant for figures, so beyond the bound the oldest are forgotten early.
 */
export function createActiveKeys({
  windowMs,
  most,
  elapsedMs,
}: {
  readonly windowMs: number;
  readonly most: number;
  readonly elapsedMs: () => number;
}) {
  const seenAt = new Map<string, number>();
  const forgetOld = () => {
    const before = elapsedMs() - windowMs;
    for (const [key, at] of seenAt) {
      if (at > before && seenAt.size <= most) return;
      seenAt.delete(key);
    }
  };
  return {
    see(key: string): void {
      // Taken out first: the map stays in order of age.
      seenAt.delete(key);
      seenAt.set(key, elapsedMs());
      if (seenAt.size > most) forgetOld();
    },
    count(): number {
      forgetOld();
      return seenAt.size;
    },
  };
}
