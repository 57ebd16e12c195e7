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

/** A passage cut up; kept, since the same passages are found again and again. */
interface KnownPassage {
  readonly text: string;
  readonly words: readonly string[];
  readonly distinctWords: ReadonlySet<string>;
  readonly prepared: PreparedPassage;
  readonly distinctStems: ReadonlySet<number>;
}

/** About 6 KB each. */
const mostKnown = 2_000;

/**
 * Judges the passages found by the words of the question, with the embedded index's own weights, best first; those that
 * hold none of them are left out.
 *
 * The service tells neither its words nor how many passages hold one, so both are taken from the passages found. They
 * are the best matches: a word stands in at least as many passages as were seen with it, and in at most the same share
 * of all that match. The geometric mean of the two bounds is taken; where all that match were found, both agree and it
 * is exact.
 */
export function createPassageJudge() {
  const known = new Map<string, KnownPassage>();
  let numbers = createStemNumbers();

  return (
    query: SearchQuery,
    documents: readonly KnowledgeDocument[],
    figures: CollectionFigures,
  ): SearchHit[] => {
    if (known.size + documents.length > mostKnown) {
      known.clear();
      numbers = createStemNumbers();
    }
    const passages = documents.map(read);
    const terms = understandQuery(query, vocabularyOf(passages));
    const rarity = estimateRarity(passages, numbers.find, figures);
    const prepared = passages.map((passage) => passage.prepared);
    return scorePassages(terms, prepared, numbers, rarity).filter((hit) => hit.score > 0);
  };

  function read(document: KnowledgeDocument): KnownPassage {
    const { id, title, section, questions, tags, content } = document;
    const text = [title, section, questions.join(', '), tags.join(', '), content].join('\n');
    const before = known.get(id);
    if (before?.text === text) return { ...before, prepared: { ...before.prepared, document } };
    const words = wordsOf(text);
    const prepared = preparePassage(document, numbers);
    const passage = {
      text,
      words,
      distinctWords: new Set(words),
      prepared,
      distinctStems: new Set(prepared.stems),
    };
    known.set(id, passage);
    return passage;
  }
}

function estimateRarity(
  passages: readonly KnownPassage[],
  find: (stem: string) => number | undefined,
  { matching, total }: CollectionFigures,
): RarityOfStems {
  const share = Math.max(1, matching / Math.max(1, passages.length));
  const rarities = new Map<string, number>();
  const estimate = (stem: string) => {
    const number = find(stem) ?? -1;
    const found = passages.filter((passage) => passage.distinctStems.has(number)).length;
    return inverseFrequency(Math.sqrt(found * Math.min(found * share, total)), total);
  };
  return {
    inverseFrequencyOf(stem) {
      const rarity = rarities.get(stem) ?? estimate(stem);
      rarities.set(stem, rarity);
      return rarity;
    },
  };
}

function vocabularyOf(passages: readonly KnownPassage[]): LoadedWords {
  const counts = new Map<string, number>();
  for (const { distinctWords } of passages)
    for (const word of distinctWords) counts.set(word, (counts.get(word) ?? 0) + 1);
  return loadWords(counts, (phrase) => passages.some(({ words }) => standIn(words, phrase)));
}

/** Whether the words stand side by side. */
function standIn(words: readonly string[], phrase: readonly string[]): boolean {
  return words.some((_, start) => phrase.every((word, offset) => words[start + offset] === word));
}
