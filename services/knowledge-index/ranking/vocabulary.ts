import type { DatabaseSync } from 'node:sqlite';
import { distance } from 'fastest-levenshtein';
import { isStopWord, stemOf, wordsOf } from '#language/words.ts';
import type { SearchQuery } from '../port.ts';

/** One idea of the question: a word as it was typed, and what else counts as a match of it. */
export interface QueryTerm {
  readonly word: string;
  /** Stems of the word itself; empty where the word is in no passage. */
  readonly stem: string;
  /** 0 to 1: how much a match of the alternative is worth, next to the word itself. */
  readonly alternatives: readonly { readonly text: string; readonly weight: number }[];
}

const synonymWeight = 0.8;
const correctionWeight = 0.85;
/** A typing error is looked for only in words long enough that the correction is not a guess. */
const shortestCorrected = 4;
const mostCorrections = 3;

/** The words that stand in the passages: tells typing errors from words, and finds what was meant. */
export function createVocabulary(database: DatabaseSync) {
  const allWords = database.prepare('SELECT term, doc FROM passages_vocabulary');
  let words: Map<string, number> | undefined;
  let wordsByLength: Map<number, string[]> | undefined;
  const corrections = new Map<string, string[]>();

  return {
    /** Turns a question into its terms, in order, each once; function words are left out unless nothing else is there. */
    understand(query: SearchQuery): QueryTerm[] {
      const typed = [...new Set(wordsOf(query.text))];
      const topical = typed.filter((word) => !isStopWord(word));
      const used = topical.length > 0 ? topical : typed;
      const synonyms = new Map(
        (query.synonyms ?? []).map((group) => [group.term.toLowerCase(), group.alternatives]),
      );
      return used.map((word) => {
        const other = (synonyms.get(word) ?? []).map((text) => ({ text, weight: synonymWeight }));
        const corrected =
          other.length > 0 ? [] : correct(word).map((text) => ({ text, weight: correctionWeight }));
        return { word, stem: stemOf(word), alternatives: [...other, ...corrected] };
      });
    },

    forget() {
      words = undefined;
      wordsByLength = undefined;
      corrections.clear();
    },
  };

  function load(): Map<string, number> {
    if (words !== undefined) return words;
    words = new Map(allWords.all().map((row) => [String(row['term']), Number(row['doc'])]));
    wordsByLength = Map.groupBy(words.keys(), (word) => word.length);
    return words;
  }

  /** Words of the passages within one edit (two from eight letters on); none where the word is known in any form. */
  function correct(word: string): string[] {
    const known = load();
    if (word.length < shortestCorrected || known.has(word) || /\d/.test(word)) return [];
    const remembered = corrections.get(word);
    if (remembered !== undefined) return remembered;
    const found = nearestWords(word, known);
    if (corrections.size > 10_000) corrections.clear();
    corrections.set(word, found);
    return found;
  }

  function nearestWords(word: string, known: Map<string, number>): string[] {
    const stem = stemOf(word);
    const allowed = word.length >= 8 ? 2 : 1;
    const close: { word: string; edits: number; passages: number }[] = [];
    for (let length = word.length - allowed; length <= word.length + allowed; length += 1)
      for (const candidate of wordsByLength?.get(length) ?? []) {
        /** Another form of a known word is no typing error: stemming matches it. */
        if (stemOf(candidate) === stem) return [];
        if (candidate.length < shortestCorrected || isStopWord(candidate)) continue;
        const edits = editsBetween(word, candidate);
        if (edits <= allowed)
          close.push({ word: candidate, edits, passages: known.get(candidate) ?? 0 });
      }
    const fewest = Math.min(...close.map((candidate) => candidate.edits));
    return close
      .filter((candidate) => candidate.edits === fewest)
      .toSorted((left, right) => right.passages - left.passages)
      .slice(0, mostCorrections)
      .map((candidate) => candidate.word);
  }
}

/** Levenshtein distance in which two neighbouring letters that changed places count as one edit. */
function editsBetween(left: string, right: string): number {
  const edits = distance(left, right);
  return edits === 2 && isTransposition(left, right) ? 1 : edits;
}

function isTransposition(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  const at = [...left].findIndex((letter, position) => letter !== right[position]);
  return (
    left[at] === right[at + 1] &&
    left[at + 1] === right[at] &&
    left.slice(at + 2) === right.slice(at + 2)
  );
}
