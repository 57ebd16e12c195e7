import { z } from 'zod';

/** US dollars for a million tokens. */
export interface ModelPrice {
  readonly prompt: number;
  readonly answer: number;
}

export type ModelPrices = Readonly<Record<string, ModelPrice>>;

const price = z.strictObject({ prompt: z.number().min(0), answer: z.number().min(0) });

/** What MODEL_PRICES must hold: a price for each model or deployment by name. */
export const modelPrices = z.record(z.string().min(1), price);
