import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type ModelPrices, modelPrices } from './model-prices.ts';

const priceList = z.object({ asOf: z.iso.date(), models: modelPrices });

/** The list prices that come with the program, with the day they were looked up. */
export function readPriceList(): { readonly asOf: string; readonly models: ModelPrices } {
  return priceList.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, 'prices.json'), 'utf8')),
  );
}

const tokensPerPrice = 1_000_000;

/**
 * Says what tokens of a model cost in US dollars; `undefined` where its price is not known. A dated version
 * (`gpt-4o-2024-08-06`) costs what its model costs, unless it has a price of its own.
 */
export function createPricing(
  prices: ModelPrices,
): (
  model: string,
  tokens: { readonly prompt: number; readonly answer: number },
) => number | undefined {
  return (model, tokens) => {
    const found = prices[model] ?? prices[model.replace(/-\d{4}-?\d{2}-?\d{2}$/, '')];
    if (found === undefined) return undefined;
    return (tokens.prompt * found.prompt + tokens.answer * found.answer) / tokensPerPrice;
  };
}
