import { isStopWord, wordsOf } from '#language/words.ts';
import type { SynonymGroup } from '#services/knowledge-index/port.ts';
import type { Concept, Taxonomy } from './taxonomy.ts';

export interface QueryExpander {
  /** Other ways to say the words of the question; a word with several meanings is widened by what stands around it. */
  expand(question: string): SynonymGroup[];
  /** The roles the question names, by id of the taxonomy. */
  rolesIn(text: string): Concept[];
}

/** Longest alias, in words, that is looked for. */
const longestAlias = 5;

/** Prepares the taxonomy once for looking up the words of questions. */
export function createQueryExpander(taxonomy: Taxonomy): QueryExpander {
  const ambiguous = new Map(taxonomy.ambiguousTerms.map((term) => [term.token, term.meanings]));
  const concepts = new Map<string, Concept[]>();
  const roles = new Map<string, Concept>();
  for (const concept of [...taxonomy.roles, ...taxonomy.skills])
    for (const name of namesOf(concept)) {
      if (ambiguous.has(name)) continue;
      concepts.set(name, [...(concepts.get(name) ?? []), concept]);
    }
  for (const role of taxonomy.roles)
    for (const name of namesOf(role)) if (!ambiguous.has(name)) roles.set(name, role);

  return {
    expand(question) {
      const words = wordsOf(question);
      const groups = new Map<string, Set<string>>();
      const add = (term: string, alternatives: readonly string[]) => {
        const known = groups.get(term) ?? new Set<string>();
        for (const alternative of alternatives) known.add(alternative);
        groups.set(term, known);
      };
      for (const { start, length, name } of phrasesOf(words)) {
        const others = (concepts.get(name) ?? [])
          .flatMap((concept) => namesOf(concept))
          .filter((other) => other !== name);
        for (const word of words.slice(start, start + length))
          if (!isStopWord(word) && others.length > 0) add(word, shortest(others));
      }
      for (const word of words) {
        add(
          word,
          Object.hasOwn(taxonomy.commonTerms, word) ? (taxonomy.commonTerms[word] ?? []) : [],
        );
        add(word, meaningsOf(word, words));
      }
      return [...groups]
        .filter(([, alternatives]) => alternatives.size > 0)
        .map(([term, alternatives]) => ({ term, alternatives: [...alternatives] }));
    },

    rolesIn(text) {
      const words = wordsOf(text);
      const found = new Map<string, Concept>();
      for (const { name } of phrasesOf(words)) {
        const role = roles.get(name);
        if (role !== undefined) found.set(role.id, role);
      }
      for (const word of words)
        for (const meaning of meaningsOf(word, words)) {
          const role = roles.get(meaning);
          if (role !== undefined) found.set(role.id, role);
        }
      return [...found.values()];
    },
  };

  /** What an ambiguous word means here: the meaning whose context words are near, or all of them where none is. */
  function meaningsOf(word: string, words: readonly string[]): string[] {
    const meanings = ambiguous.get(word);
    if (meanings === undefined) return [];
    const others = new Set(words.filter((other) => other !== word));
    const supported = meanings.filter((meaning) =>
      meaning.context.some((near) => others.has(near)),
    );
    return (supported.length > 0 ? supported : meanings).flatMap((meaning) => meaning.alternatives);
  }

  function phrasesOf(words: readonly string[]) {
    const phrases: { start: number; length: number; name: string }[] = [];
    for (let start = 0; start < words.length; start += 1)
      for (let length = 1; length <= Math.min(longestAlias, words.length - start); length += 1) {
        const name = words.slice(start, start + length).join(' ');
        if (concepts.has(name)) phrases.push({ start, length, name });
      }
    return phrases;
  }
}

function namesOf(concept: Concept): string[] {
  const plain = concept.name.replaceAll(/\s*\([^)]*\)/g, '');
  const names = [plain, ...concept.aliases, concept.id.replaceAll('_', ' ')];
  return [...new Set(names.map((name) => wordsOf(name).join(' ')))].filter((name) => name !== '');
}

/** The few most telling other names: short ones, since long ones seldom stand in a text word for word. */
function shortest(names: readonly string[]): string[] {
  return names.toSorted((left, right) => left.length - right.length).slice(0, 4);
}
