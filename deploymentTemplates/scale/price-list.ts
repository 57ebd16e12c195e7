import { z } from 'zod';
import { readJson } from '#deploymentTemplates/arm/read-templates.ts';

const priceSchema = z.strictObject({
  usd: z.number().positive(),
  per: z.string(),
  source: z.url(),
  /** second-hand: found alike in several public places; to-check: nobody has confirmed it. */
  state: z.enum(['second-hand', 'to-check']),
});
const priceListSchema = z.strictObject({
  note: z.string(),
  asOf: z.iso.date(),
  prices: z.record(z.string(), priceSchema),
});

export type PriceList = z.infer<typeof priceListSchema>;

/** The prices in prices.json; throws where one is malformed. */
export function readPrices(): PriceList {
  return priceListSchema.parse(readJson('scale/prices.json'));
}

/** A price in US dollars; throws where there is none of that name. */
export function priceOf({ prices }: PriceList, name: string): number {
  const found = prices[name];
  if (found === undefined) throw new Error(`scale/prices.json has no price "${name}"`);
  return found.usd;
}
