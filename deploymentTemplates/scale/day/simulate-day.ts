import { createRandom } from '#random.ts';
import { createArrivals, type Rush } from './arrivals.ts';
import { advance, createFlow, stepSeconds, turnsInside } from './flow.ts';
import { createLedger, type Day, daySeconds } from './ledger.ts';
import type { Limits } from './limits.ts';

/** Who asked before midnight may still be answered for so long. */
const overtimeSeconds = 3_600;

export interface DayOptions {
  readonly people: number;
  readonly limits: Limits;
  readonly seed: number;
  readonly rush?: Rush;
}

/**
 * A day of turns against a deployment's limits, moment by moment: turns come at random, go through Service Bus, wait for a worker,
 * for search, for the model's quota and for Cosmos DB, each within its rate and the program's patience, while the workers are
 * scaled by the rules. The same for the same seed.
 */
export function simulateDay({ people, limits, seed, rush }: DayOptions): Day {
  const arrivals = createArrivals({ people, rush }, createRandom(seed));
  const ledger = createLedger();
  const flow = createFlow(limits, ledger);
  for (let now = 0; now < daySeconds + overtimeSeconds; now += stepSeconds) {
    const isDay = now < daySeconds;
    if (!isDay && turnsInside(flow) === 0) break;
    const count = isDay ? arrivals(now, stepSeconds) : 0;
    ledger.came(count, now);
    advance(flow, { count, asked: now, joined: now }, now);
  }
  return ledger.close();
}
