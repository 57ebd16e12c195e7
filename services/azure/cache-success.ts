/** A value that is made when it is first needed. */
export interface CachedSuccess<Value> {
  /** The value; made once, also for those who ask at the same time. Where making it fails, the next call tries anew. */
  get(): Promise<Value>;
  /** The next `get` makes the value anew. */
  forget(): void;
}

/** Keeps what `make` resolves to, and never a failure: a service that was down once is asked again. */
export function cacheSuccess<Value>(make: () => Promise<Value>): CachedSuccess<Value> {
  let cached: Promise<Value> | undefined;
  return {
    get() {
      if (cached) return cached;
      const made = make();
      cached = made;
      made.catch(() => {
        if (cached === made) cached = undefined;
      });
      return made;
    },
    forget() {
      cached = undefined;
    },
  };
}
