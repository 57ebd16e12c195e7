import type { PastTurn } from './answer.ts';
import type { Variants } from './fixed-replies.ts';

/** As much of a sentence as tells it from the others, whatever it goes on to name. */
const openingLength = 24;

/**
 * Of several ways to say the same, the one that the mentor has not said for longest in this conversation, the first where
 * it said none: so nobody reads the same sentence again and again.
 */
export function freshVariant(variants: Variants, history: readonly PastTurn[]): string {
  const said = history.filter(({ role }) => role === 'assistant').map(({ content }) => content);
  const lastSaid = (variant: string) => {
    const opening = variant.slice(0, openingLength);
    return said.findLastIndex((text) => text.includes(opening));
  };
  return variants.toSorted((one, other) => lastSaid(one) - lastSaid(other))[0] ?? variants[0];
}
