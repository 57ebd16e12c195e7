/** What a service gives in a second, and some seconds of it at once after a rest. */
export interface Allowance {
  refill(seconds: number): void;
  /** How many calls of that cost it would take now. */
  room(cost: number): number;
  spend(amount: number): void;
}

/** An allowance, which after a rest has room for one call at least; without a rate it never ends. */
export function createAllowance(
  aSecond: number | undefined,
  { callCost, burstSeconds = 1 }: { readonly callCost: number; readonly burstSeconds?: number },
): Allowance {
  if (aSecond === undefined)
    return { refill: () => undefined, room: () => Number.MAX_SAFE_INTEGER, spend: () => undefined };
  const most = Math.max(callCost, aSecond * burstSeconds);
  let left = most;
  return {
    refill(seconds) {
      left = Math.min(most, left + aSecond * seconds);
    },
    // What rounding took of a whole call is no reason to refuse it.
    room: (cost) => Math.floor(left / cost + 1e-9),
    spend(amount) {
      left -= amount;
    },
  };
}
