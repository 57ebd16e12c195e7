import { assumptions } from '#deploymentTemplates/scale/assumptions.ts';
import { normal, poisson } from '#random.ts';

/** Many people who ask at once, beside the day's others. */
export interface Rush {
  readonly turns: number;
  /** From when on, in seconds from midnight, and for how long. */
  readonly from: number;
  readonly seconds: number;
}

/** How many turns people begin within each step of a day: by the hour, straying by the minute, and otherwise at random. */
export function createArrivals(
  { people, rush }: { readonly people: number; readonly rush?: Rush | undefined },
  random: () => number,
): (now: number, stepSeconds: number) => number {
  const { turnsADay, shareOfHour, minuteSpread } = assumptions.people;
  let minute = -1;
  let strayed = 1;
  return (now, stepSeconds) => {
    const current = Math.floor(now / 60);
    if (current !== minute) {
      minute = current;
      // The mean of the lognormal distribution stays 1.
      strayed = Math.exp(minuteSpread * normal(random) - minuteSpread ** 2 / 2);
    }
    const share = shareOfHour[Math.floor(now / 3_600) % 24] ?? 0;
    const usual = ((people * turnsADay * share) / 3_600) * strayed;
    const isRush = rush !== undefined && now >= rush.from && now < rush.from + rush.seconds;
    return poisson((usual + (isRush ? rush.turns / rush.seconds : 0)) * stepSeconds, random);
  };
}
