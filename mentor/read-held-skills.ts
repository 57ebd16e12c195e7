import { isStopWord, wordsOf } from '#language/words.ts';
import type { Profile } from '#services/profiles/port.ts';
import directionWords from './direction-words.json' with { type: 'json' };
import everydayAliases from './everyday-aliases.json' with { type: 'json' };
import { phrasesIn } from './expand-query.ts';
import type { LearningPaths, RoleLevel, RolePath } from './learning-paths.ts';
import type { Concept } from './taxonomy.ts';

/** What somebody told about themselves that says which skills they have. */
export type ToldOfSkills = Pick<Profile, 'background' | 'closestWork'>;

/** The skills somebody has, by id: those they named, and those that the work they do rests on, each with how well. */
export interface HeldSkills {
  readonly named: ReadonlySet<string>;
  /** The level that the work they do asks for. */
  readonly fromWork: ReadonlyMap<string, number>;
}

/** Names that are everyday words too ("warehouse") say nothing of a skill in a sentence about somebody. */
const everyday: ReadonlySet<string> = new Set(everydayAliases);

/** From here on a sentence is about what somebody has not, or wishes for. */
const turnsAway: ReadonlySet<string> = new Set([
  ...directionWords.negations,
  ...'beginner curious hope hoping interested learn learning want wants wanna wish'.split(' '),
]);

/** The names by which one says what one works as: "backend developer" is a backend engineer. */
const trades = ['engineer', 'developer', 'programmer', 'dev'];

/** What may stand before "developer" and leave it a software developer: "senior", "Java"; "game developer" is another. */
const beforeTrade =
  /^(senior|sr|junior|jr|mid|level|midlevel|lead|staff|principal|experienced|java|python|golang|go|c\+\+|c#|net|php|ruby|rust|kotlin|scala|node|backend|end)$/;

/**
 * Reads the skills out of what somebody told about themselves. Who names a skill has what it needs; who names their work has
 * its core skills, and all of them where it is the very role they ask about. What they say they lack or wish to learn does not
 * count, and in doubt neither does what follows it.
 */
export function readHeldSkills(
  told: ToldOfSkills,
  asked: { readonly role: RolePath; readonly level: RoleLevel },
  paths: LearningPaths,
): HeldSkills {
  const skillNames = namesOf(paths.skills.values());
  const sentences = [told.background, told.closestWork].flatMap((text) => affirmedParts(text));
  const named = sentences.flatMap((words) =>
    phrasesIn(words, skillNames).map(({ name }) => skillNames.get(name) ?? ''),
  );
  const roleNames = tradeNamesOf(paths.roles);
  const work = affirmedParts(told.background).flatMap((words) => rolesIn(words, roleNames));
  return {
    named: withPrerequisites(named, paths),
    fromWork: new Map(
      work.flatMap((role) =>
        skillsOfWork(role, asked.level, { paths, onlyCore: role.id !== asked.role.id }),
      ),
    ),
  };
}

/** The skills that a text names, whether their writer has them or not. */
export function readNamedSkills(text: string, paths: LearningPaths): ReadonlySet<string> {
  const names = namesOf(paths.skills.values());
  return new Set(phrasesIn(wordsOf(text), names).map(({ name }) => names.get(name) ?? ''));
}

/** The words of each sentence up to where it turns to what is not, or not yet. */
function affirmedParts(text = ''): string[][] {
  return text.split(/[.;!?\n]+(?:\s|$)|\b(?:but|though|however)\b/i).map((sentence) => {
    const words = wordsOf(sentence);
    const end = words.findIndex((word) => turnsAway.has(word));
    return end === -1 ? words : words.slice(0, end);
  });
}

function plainNamesOf({ id, name, aliases }: Concept): string[] {
  const plain = name.replaceAll(/\s*\([^)]*\)/g, '');
  return [plain, ...aliases, id.replaceAll('_', ' ')].map((given) => wordsOf(given).join(' '));
}

/** Every name of a skill that says in any sentence what is meant. */
function namesOf(skills: Iterable<Concept>): Map<string, string> {
  const names = new Map<string, string>();
  for (const skill of skills)
    for (const name of plainNamesOf(skill))
      if (name !== '' && !everyday.has(name) && !names.has(name)) names.set(name, skill.id);
  return names;
}

/** Abbreviations of two letters are words of other languages ("de"); a trade goes by any of its names. */
function tradeNamesOf(roles: readonly RolePath[]): Map<string, RolePath> {
  const names = new Map<string, RolePath>();
  for (const role of roles)
    for (const name of plainNamesOf(role).filter(({ length }) => length > 2)) {
      names.set(name, role);
      const [, before] = /^(.+) (?:engineer|developer|programmer|dev|eng)$/.exec(name) ?? [];
      if (before !== undefined) for (const trade of trades) names.set(`${before} ${trade}`, role);
    }
  return names;
}

/** The roles that name somebody's work: of names that overlap the longest, and a bare "developer" only of software. */
function rolesIn(words: readonly string[], names: ReadonlyMap<string, RolePath>): RolePath[] {
  const found = phrasesIn(words, names).filter(({ start, length }) => {
    const before = words[start - 1] ?? '';
    return length > 1 || before === '' || isStopWord(before) || beforeTrade.test(before);
  });
  const longest = found.filter(
    (phrase) =>
      !found.some(
        (other) =>
          other.length > phrase.length &&
          other.start <= phrase.start &&
          phrase.start + phrase.length <= other.start + other.length,
      ),
  );
  return longest.flatMap(({ name }) => names.get(name) ?? []);
}

/** The skills of the work and what they need; of the core alone without what the work asks of some people only. */
function skillsOfWork(
  { skills }: RolePath,
  level: RoleLevel,
  { paths, onlyCore }: { readonly paths: LearningPaths; readonly onlyCore: boolean },
): [skill: string, level: number][] {
  const asked = new Map(skills.map((skill) => [skill.skill, skill]));
  const counts = (id: string) => !onlyCore || (asked.get(id)?.weight ?? 'core') === 'core';
  const held = skills.filter((skill) => counts(skill.skill) && skill[level] > 0);
  return [
    ...withPrerequisites(
      held.map(({ skill }) => skill),
      paths,
    ),
  ]
    .filter(counts)
    .map((id) => [id, asked.get(id)?.[level] ?? 1]);
}

function withPrerequisites(skills: readonly string[], { skills: known }: LearningPaths) {
  const all = new Set<string>();
  const add = (id: string): void => {
    if (all.has(id)) return;
    all.add(id);
    for (const needed of known.get(id)?.prerequisites ?? []) add(needed);
  };
  for (const id of skills) add(id);
  return all;
}
