import { z } from 'zod';
import type { Article } from '#ingestion/article-schema.ts';
import type { KnowledgeFinding } from './check-articles.ts';

const level = z.int().min(0).max(4);
const named = { id: z.string(), name: z.string(), aliases: z.array(z.string()) };

/** What the checker reads of knowledge/taxonomy.json. */
export const taxonomyFileSchema = z.object({
  /** What articles are tagged with beside the skills. */
  themes: z.array(z.string()),
  roles: z.array(
    z.object({
      ...named,
      skills: z.array(z.object({ skill: z.string(), junior: level, mid: level, senior: level })),
      learning_order: z.array(z.string()),
    }),
  ),
  skills: z.array(z.object({ ...named, prerequisites: z.array(z.string()) })),
});

export type TaxonomyFile = z.infer<typeof taxonomyFileSchema>;

/**
 * What does not fit together in the taxonomy and the articles: unknown ids, cycles of prerequisites, an order of learning
 * that puts a skill before what it needs, a skill that no article names, an article with a tag that nobody knows.
 */
export function checkTaxonomy(
  taxonomy: TaxonomyFile,
  articles: readonly Article[],
  file = 'knowledge/taxonomy.json',
): KnowledgeFinding[] {
  const skills = new Map(taxonomy.skills.map((skill) => [skill.id, skill]));
  const roles = new Set(taxonomy.roles.map((role) => role.id));
  const themes = new Set(taxonomy.themes);
  const say = (message: string) => ({ file, message });
  return [
    ...twice([...taxonomy.skills, ...taxonomy.roles].map(({ id }) => id)).map((id) =>
      say(`the id ${id} stands there twice`),
    ),
    ...taxonomy.skills.flatMap(({ id, prerequisites }) =>
      prerequisites
        .filter((needed) => !skills.has(needed))
        .map((needed) => say(`skill ${id} needs ${needed}, which does not exist`)),
    ),
    ...taxonomy.roles.flatMap((role) =>
      [...role.learning_order, ...role.skills.map(({ skill }) => skill)]
        .filter((skill) => !skills.has(skill))
        .map((skill) => say(`role ${role.id} names ${skill}, which does not exist`)),
    ),
    ...taxonomy.roles.flatMap((role) =>
      wronglyOrdered(role.learning_order, skills).map(([skill, needed]) =>
        say(`role ${role.id} learns ${skill} before ${needed}, which it needs`),
      ),
    ),
    ...cyclesIn(skills).map((cycle) => say(`skills that need each other: ${cycle.join(' → ')}`)),
    ...unnamedSkills(taxonomy, articles).map((id) => say(`no article is about the skill ${id}`)),
    ...articles.flatMap((article) => [
      ...article.frontMatter.skills
        .filter((skill) => !skills.has(skill) && !themes.has(skill))
        .map((skill) => ({ file: article.file, message: `knows no skill ${skill}` })),
      ...article.frontMatter.career_paths
        .filter((path) => path !== 'any' && !roles.has(path))
        .map((path) => ({ file: article.file, message: `knows no career path ${path}` })),
    ]),
  ];
}

function twice(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
}

function wronglyOrdered(
  order: readonly string[],
  skills: ReadonlyMap<string, TaxonomyFile['skills'][number]>,
): (readonly [skill: string, needed: string])[] {
  return order.flatMap((skill, place) =>
    (skills.get(skill)?.prerequisites ?? [])
      .filter((needed) => order.indexOf(needed) > place)
      .map((needed) => [skill, needed] as const),
  );
}

/** Each cycle once, from where the walk first met it. */
function cyclesIn(skills: ReadonlyMap<string, TaxonomyFile['skills'][number]>): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const walk = (id: string, path: readonly string[]): void => {
    if (path.includes(id)) {
      cycles.push([...path.slice(path.indexOf(id)), id]);
      return;
    }
    if (finished.has(id)) return;
    for (const needed of skills.get(id)?.prerequisites ?? []) walk(needed, [...path, id]);
    finished.add(id);
  };
  for (const id of skills.keys()) walk(id, []);
  return cycles;
}

function unnamedSkills(taxonomy: TaxonomyFile, articles: readonly Article[]): string[] {
  const tagged = new Set(articles.flatMap(({ frontMatter }) => frontMatter.skills));
  return taxonomy.skills.filter(({ id }) => !tagged.has(id)).map(({ id }) => id);
}
