import type { StoredCitation } from '#services/conversations/port.ts';
import type { PastTurn } from './answer.ts';

/** An answer of this conversation that names its sources. */
export interface CitedTurn extends PastTurn {
  readonly citations: readonly StoredCitation[];
}

/** What the mentor said last. */
export function lastReplyOf(history: readonly PastTurn[]): PastTurn | undefined {
  return history.findLast(({ role }) => role === 'assistant');
}

/** The newest answer that names sources. */
export function lastCitedTurnOf(history: readonly PastTurn[]): CitedTurn | undefined {
  return history.findLast((turn) => isCited(turn));
}

/** Whether the turn is an answer with sources. */
export function isCited(turn: PastTurn | undefined): turn is CitedTurn {
  return turn?.role === 'assistant' && (turn.citations?.length ?? 0) > 0;
}

/** The articles behind an answer as a sentence names them, two at most. */
export function nameSources(citations: readonly StoredCitation[]): string {
  const dates = new Map(citations.map(({ title, date }) => [title, date.slice(0, 7)]));
  return [...dates]
    .slice(0, 2)
    .map(([title, month]) => (month === '' ? `“${title}”` : `“${title}” (reviewed ${month})`))
    .join(' and ');
}

/** Whether a reply offers something that a yes can take. */
export function isOffer(turn: PastTurn | undefined): boolean {
  return turn !== undefined && /\?\s*$/.test(turn.content) && (turn.followUps?.length ?? 0) > 0;
}
