import { wordsOf } from '#language/words.ts';
import type { KnowledgeDocument, SearchHit, SearchQuery } from '../port.ts';
import {
  createStemNumbers,
  type PreparedPassage,
  preparePassage,
} from '../ranking/prepare-passage.ts';
import { scorePassages } from '../ranking/score-passages.ts';
import { inverseFrequency, type RarityOfStems } from '../ranking/term-statistics.ts';
import { type LoadedWords, loadWords, understandQuery } from '../ranking/vocabulary.ts';

/** What the service says about the collection that the passages were found in. */
export interface CollectionFigures {
  /** Passages that contain any word of the question. */
  readonly matching: number;
  /** Passages in all. */
  readonly total: number;
}

/**
 * Judges the passages found by the words of the question, as the embedded index does, best first.
 *
 * The service tells neither its words nor how many passages hold one, so both are taken from the passages found. They
 * are the best matches: a word stands in at least as many passages as were seen with it, and in at most the same share
 * of all that match. The geometric mean of the two bounds is taken; where all that match were found, both agree and it
 * is exact.
 */
export function judgePassages(
  query: SearchQuery,
  documents: readonly KnowledgeDocument[],
  figures: CollectionFigures,
): SearchHit[] {
  const numbers = createStemNumbers();
  const passages = documents.map((document) => preparePassage(document, numbers));
  const terms = understandQuery(query, readWords(documents));
  return scorePassages(terms, passages, numbers, estimateRarity(passages, numbers.find, figures));
}

function estimateRarity(
  passages: readonly PreparedPassage[],
  find: (stem: string) => number | undefined,
  { matching, total }: CollectionFigures,
): RarityOfStems {
  const seen = new Map<number, number>();
  for (const { stems } of passages)
    for (const stem of new Set(Object.values(stems).flatMap((field) => [...field])))
      seen.set(stem, (seen.get(stem) ?? 0) + 1);
  const share = Math.max(1, matching / Math.max(1, passages.length));
  return {
    inverseFrequencyOf(stem) {
      const found = seen.get(find(stem) ?? -1) ?? 0;
      return inverseFrequency(Math.sqrt(found * Math.min(found * share, total)), total);
    },
  };
}

function readWords(documents: readonly KnowledgeDocument[]): LoadedWords {
  const texts = documents.map(({ title, section, tags, content }) =>
    wordsOf([title, section, tags.join(', '), content].join('\n')),
  );
  const counts = new Map<string, number>();
  for (const words of texts)
    for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return loadWords(counts, (words) =>
    texts.some((text) => ` ${text.join(' ')} `.includes(` ${words.join(' ')} `)),
  );
}
