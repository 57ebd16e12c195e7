import { demandOf } from '#deploymentTemplates/scale/demand.ts';
import type { Day } from './ledger.ts';
import { grownFor, limitsOf } from './limits.ts';
import { type DayOptions, simulateDay } from './simulate-day.ts';

/** A day that docs/scale.md shows. */
export interface Scenario extends DayOptions {
  readonly name: string;
}

const seed = 20_261_123;

/** The days of the report: each size as its file stands, then grown as the tables say. */
export function scenarios(): readonly Scenario[] {
  const [dev, prod] = [limitsOf('dev'), limitsOf('prod')];
  const grown = (people: number) => grownFor(prod, demandOf(people));
  const day = (name: string, people: number, limits: DayOptions['limits']) => ({
    name,
    people,
    limits,
    seed,
  });
  return [
    day('dev', 1_000, dev),
    day('prod', 1_000, prod),
    day('prod', 100_000, prod),
    day('prod, grown', 100_000, grown(100_000)),
    {
      ...day('prod, grown, and 10,000 ask within a minute', 100_000, grown(100_000)),
      rush: { turns: 10_000, from: 10 * 3_600, seconds: 60 },
    },
    day('one of ten regions, grown', 1_000_000, grown(1_000_000)),
    day('prod', 10_000_000, prod),
  ];
}

let simulated: readonly (Scenario & { readonly day: Day })[] | undefined;

/** The days of the report, as they went; worked out once. */
export function simulatedScenarios(): readonly (Scenario & { readonly day: Day })[] {
  simulated ??= scenarios().map((scenario) => ({ ...scenario, day: simulateDay(scenario) }));
  return simulated;
}
