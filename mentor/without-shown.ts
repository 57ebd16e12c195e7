import { topicStems } from '#language/words.ts';
import type { StoredCitation } from '#services/conversations/port.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { PastTurn } from './answer.ts';
import { isCited, lastCitedTurnOf } from './past-answers.ts';
import { kindOf } from './question-kind.ts';
import { retrievalWeights } from './retrieval-weights.ts';
import type { Retrieval, RetrievedPassage } from './retrieve-passages.ts';
import { isElliptical, ownStems, type StandaloneQuestion } from './rewrite-question.ts';
import { speaksOf } from './speaks-of.ts';

/** What a follow-up may still be answered with, and where nothing is left, whether that is since all of it was shown. */
export interface FreshRetrieval {
  readonly retrieval: Retrieval;
  readonly allShown: boolean;
}

/**
 * Of what was found for a follow-up, the passages that the person has not just read and that speak of what is wanted now:
 * passages put together again would be the last answer word for word. Whoever chose what they were offered gets all of it.
 */
export function withoutShown(
  found: Retrieval,
  standalone: StandaloneQuestion,
  history: readonly PastTurn[],
): FreshRetrieval {
  const isNewText = standalone.isFollowUp && standalone.isRepeated !== true;
  const wantsChoice = standalone.isChoice === true && standalone.isMore !== true;
  if (!isNewText || wantsChoice || found.passages.length === 0)
    return { retrieval: found, allShown: false };
  const shown = shownPassages(history);
  const justShown = shownPassages([lastCitedTurnOf(history)]);
  const isFresh = ({ document }: RetrievedPassage) => {
    const key = keyOf(document);
    return !shown.has(key) || (isAskedFor(document, standalone) && !justShown.has(key));
  };
  const speaking = found.candidates.filter(({ document }) =>
    speaksOf(document, standalone, found.synonyms),
  );
  const isSpokenOf = speaking.some(isFresh);
  /** "In Germany?" and "how long?" are answered by what speaks of it or not at all. */
  const isNamed = speaking.length > 0 || isElliptical(standalone.latest) || asksForTime(standalone);
  const candidates =
    isNamed && !isSpokenOf ? [] : asksForTime(standalone) ? speaking : found.candidates;
  const fresh = renumbered(candidates.filter(isFresh));
  return {
    retrieval: { ...found, passages: fresh.slice(0, retrievalWeights.passages), candidates: fresh },
    allShown: fresh.length === 0 && speaking.length > 0,
  };
}

function asksForTime({ latest = '' }: StandaloneQuestion): boolean {
  return kindOf(latest) === 'duration';
}

function shownPassages(turns: readonly (PastTurn | undefined)[]): ReadonlySet<string> {
  return new Set(turns.flatMap((turn) => (isCited(turn) ? turn.citations.map(keyOfCitation) : [])));
}

/** Whether the heading holds all that was just asked: then it is wanted, though it was read some turns ago. */
function isAskedFor(
  { section }: KnowledgeDocument,
  { latest, isMore }: StandaloneQuestion,
): boolean {
  const wanted = ownStems(latest ?? '');
  const heading = new Set(topicStems(section));
  return isMore !== true && wanted.length > 0 && wanted.every((stem) => heading.has(stem));
}

function keyOf({ documentId, content }: KnowledgeDocument): string {
  return `${documentId}\n${content}`;
}

function keyOfCitation({ documentId, passage }: StoredCitation): string {
  return `${documentId}\n${passage}`;
}

/** Numbered anew from one, next to the best that is left. */
function renumbered(passages: readonly RetrievedPassage[]): RetrievedPassage[] {
  const best = passages[0]?.relevance ?? 1;
  return passages.map((passage, position) => ({
    ...passage,
    number: position + 1,
    relevance: passage.relevance / best,
  }));
}
