export interface RecentIdsOptions {
  readonly rememberForMs: number;
  /** Beyond it the oldest are forgotten early. */
  readonly rememberAtMost: number;
  readonly now: () => number;
}

/** Remembers ids for a while; the function says whether one is new. */
export function createRecentIds({
  rememberForMs,
  rememberAtMost,
  now,
}: RecentIdsOptions): (id: string) => boolean {
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
