import { isStopWord, stemOf, wordsOf } from '#language/words.ts';
import type { SynonymGroup } from '#services/knowledge-index/port.ts';
import type { Concept, Taxonomy } from './taxonomy.ts';

export interface QueryExpander {
  /** Other ways to say the words of the question; a word with several meanings is widened by what stands around it. */
  expand(question: string): SynonymGroup[];
  /** Whether the question names a role or a skill: without one it may be asked of any. */
  namesConcept(text: string): boolean;
  /** A role of the taxonomy. */
  role(id: string): Concept | undefined;
  /**
   * The question with the one role (or else the one skill) that it names replaced by that which the other text names, or,
   * with `whole`, consists of. `undefined` where one of them names none, several or the same.
   */
  replaceConcept(
    question: string,
    other: string,
    options?: { readonly whole?: boolean },
  ): string | undefined;
  /** The roles the question names, by id of the taxonomy. */
  rolesIn(text: string): Concept[];
}

/** Longest alias, in words, that is looked for. */
const longestAlias = 5;
/** Of an overlong question the first words serve. */
const mostWords = 200;

/** Prepares the taxonomy once for looking up the words of questions. */
export function createQueryExpander(taxonomy: Taxonomy): QueryExpander {
  const ambiguous = new Map(taxonomy.ambiguousTerms.map((term) => [term.token, term.meanings]));
  const commonTerms = new Map(Object.entries(taxonomy.commonTerms));
  const isOrdinary = (name: string) => ambiguous.has(name) || commonTerms.has(name);
  const otherNames = new Map<string, string[]>();
  const roles = new Map<string, Concept>();
  const addNames = (name: string, others: readonly string[]) => {
    if (!isOrdinary(name)) otherNames.set(name, [...(otherNames.get(name) ?? []), ...others]);
  };
  for (const role of taxonomy.roles) {
    const names = namesOf(role);
    for (const name of names) {
      if (!ambiguous.has(name)) roles.set(name, role);
      addNames(name, shortest(names.filter((other) => other !== name)));
    }
  }
  for (const skill of taxonomy.skills) {
    const names = namesOf(skill);
    for (const name of names) addNames(name, otherSkillNames(name, names));
  }
  for (const [phrase, others] of commonTerms) otherNames.set(phrase, [...others]);

  const kinds = [taxonomy.roles, taxonomy.skills].map(stemmedNames);
  const concepts = new Set([...taxonomy.roles, ...taxonomy.skills].flatMap(namesOf));

  return {
    expand(question) {
      const words = wordsOf(question).slice(0, mostWords);
      const groups = new Map<string, Set<string>>();
      const add = (term: string, alternatives: readonly string[]) => {
        const known = groups.get(term) ?? new Set<string>();
        for (const alternative of alternatives) known.add(alternative);
        groups.set(term, known);
      };
      for (const { start, length, name } of phrasesIn(words, otherNames))
        for (const word of carriersOf(words.slice(start, start + length)))
          add(word, otherNames.get(name) ?? []);
      for (const word of words) add(word, meaningsOf(word, words));
      return [...groups]
        .filter(([, alternatives]) => alternatives.size > 0)
        .map(([term, alternatives]) => ({ term, alternatives: [...alternatives] }));
    },

    namesConcept(text) {
      const words = wordsOf(text).slice(0, mostWords);
      return phrasesIn(words, concepts).length > 0;
    },

    replaceConcept(question, other, { whole = false } = {}) {
      for (const names of kinds) {
        const [to, ...furtherTo] = conceptsIn(other, names);
        const [from, ...furtherFrom] = conceptsIn(question, names);
        if (to === undefined || furtherTo.length > 0) continue;
        if (from === undefined || furtherFrom.length > 0) continue;
        if (from.concept === to.concept || (whole && to.length < wordsOf(other).length)) continue;
        const words = wordsOf(question);
        return words.toSpliced(from.start, from.length, to.concept.name).join(' ');
      }
      return undefined;
    },

    role: (id) => taxonomy.roles.find((role) => role.id === id),

    rolesIn(text) {
      const words = wordsOf(text).slice(0, mostWords);
      const found = new Map<string, Concept>();
      const keep = (role: Concept | undefined) => role && found.set(role.id, role);
      for (const { name } of phrasesIn(words, roles)) keep(roles.get(name));
      for (const word of words)
        for (const meaning of meaningsOf(word, words)) keep(roles.get(meaning));
      return [...found.values()];
    },
  };

  /** What an ambiguous word means here: the meaning whose context words are near; where none is, all, or none of a function word. */
  function meaningsOf(word: string, words: readonly string[]): string[] {
    const meanings = ambiguous.get(word);
    if (meanings === undefined) return [];
    const others = new Set(words.filter((other) => other !== word));
    const supported = meanings.filter((meaning) =>
      meaning.context.some((near) => others.has(near)),
    );
    if (supported.length === 0 && isStopWord(word)) return [];
    return (supported.length > 0 ? supported : meanings).flatMap((meaning) => meaning.alternatives);
  }
}

/** The words of a phrase that its meaning hangs on: those that carry a topic, or the first where none does ("let go"). */
function carriersOf(phrase: readonly string[]): readonly string[] {
  const topical = phrase.filter((word) => !isStopWord(word));
  return topical.length > 0 ? topical : phrase.slice(0, 1);
}

/** The phrases of a text that are names, with the place of their first word. */
export function phrasesIn(words: readonly string[], names: { has(name: string): boolean }) {
  const phrases: { start: number; length: number; name: string }[] = [];
  for (let start = 0; start < words.length; start += 1)
    for (let length = 1; length <= Math.min(longestAlias, words.length - start); length += 1) {
      const name = words.slice(start, start + length).join(' ');
      if (names.has(name)) phrases.push({ start, length, name });
    }
  return phrases;
}

/** A concept's name, which comes first, and its aliases, as words. */
function namesOf(concept: Concept): string[] {
  const plain = concept.name.replaceAll(/\s*\([^)]*\)/g, '');
  const names = [plain, ...concept.aliases, concept.id.replaceAll('_', ' ')];
  return [...new Set(names.map((name) => wordsOf(name).join(' ')))].filter((name) => name !== '');
}

/**
 * The aliases of a skill are often its members: "pinecone" is a vector database, and no other way to say "weaviate". So an
 * alias stands for the skill, and for another alias only where one abbreviates the other; the skill stands for its aliases.
 */
function otherSkillNames(name: string, names: readonly string[]): string[] {
  const [skill = ''] = names;
  if (name === skill) return shortest(names.slice(1));
  const abbreviations = names.filter(
    (other) => abbreviates(name, other) || abbreviates(other, name),
  );
  return [...new Set([skill, ...abbreviations])];
}

/** "llm" is short for "large language models". */
function abbreviates(short: string, long: string): boolean {
  const initials = long.split(' ').map((word) => word[0]);
  return initials.length > 1 && short === initials.join('');
}

/** The few most telling other names: short ones, since long ones seldom stand in a text word for word. */
function shortest(names: readonly string[]): string[] {
  return names.toSorted((left, right) => left.length - right.length).slice(0, 4);
}

/** Concepts by their names' stems, so that "data engineers" is found. */
function stemmedNames(concepts: readonly Concept[]): Map<string, Concept> {
  return new Map(
    concepts.flatMap((concept) =>
      namesOf(concept).map((name) => [name.split(' ').map(stemOf).join(' '), concept] as const),
    ),
  );
}

/** The concepts that a text names, each once: of names that overlap the longest. */
function conceptsIn(text: string, names: ReadonlyMap<string, Concept>) {
  const found: { start: number; length: number; concept: Concept }[] = [];
  const phrases = phrasesIn(wordsOf(text).slice(0, mostWords).map(stemOf), names);
  for (const { start, length, name } of phrases.toSorted(
    (one, other) => other.length - one.length,
  )) {
    const concept = names.get(name);
    const isTaken = found.some(
      (other) =>
        other.concept === concept ||
        (start < other.start + other.length && other.start < start + length),
    );
    if (concept !== undefined && !isTaken) found.push({ start, length, concept });
  }
  return found;
}
