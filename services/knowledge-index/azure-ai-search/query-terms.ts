import { isStopWord, stemOf, wordsOf } from '#language/words.ts';
import type { SearchQuery } from '../port.ts';
import { rankingWeights } from '../ranking/ranking-weights.ts';
import type { QueryTerm } from '../ranking/vocabulary.ts';

/** Of an overlong question the first words serve; each makes several clauses, and the service allows 1,024 in all. */
const mostTerms = 32;
const mostAlternatives = 8;
/** Longer ones are no words, and the service refuses the longest. */
const longestWord = 64;

/**
 * The words of a question that the service looks for, in order, each once, with their synonyms; function words are left
 * out unless they have some, or nothing else is there. The service's words are not known here, so that corrections
 * and the like are left to its fuzzy search.
 */
export function readTerms(query: SearchQuery): QueryTerm[] {
  const synonyms = new Map(
    (query.synonyms ?? []).map((group) => [group.term.toLowerCase(), group.alternatives]),
  );
  const typed = wordsOf(query.text).filter((word) => word.length <= longestWord);
  const topical = typed.filter((word) => !isStopWord(word) || synonyms.has(word));
  const words = new Set(topical.length > 0 ? topical : typed);
  return [...words].slice(0, mostTerms).map((word) => ({
    word,
    stem: stemOf(word),
    alternatives: (synonyms.get(word) ?? [])
      .map((text) => wordsOf(text).join(' '))
      .filter((text) => text !== '' && text !== word)
      .slice(0, mostAlternatives)
      .map((text) => ({ text, weight: rankingWeights.synonym })),
  }));
}
