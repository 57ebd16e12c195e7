import { topicStems } from '#language/words.ts';
import type { Concept } from './taxonomy.ts';

/** More words than this are a sentence, and no name. */
const mostWords = 4;

/** The one role among whose names is one that holds all these few words: "machine learning" is a machine learning engineer's. */
export function findRoleByField(words: string, roles: readonly Concept[]): Concept | undefined {
  const stems = [...new Set(topicStems(words))];
  if (stems.length === 0 || stems.length > mostWords) return undefined;
  const fitting = roles.filter(({ name, aliases }) =>
    [name, ...aliases].some((known) => {
      const held = new Set(topicStems(known));
      return stems.every((stem) => held.has(stem));
    }),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}
