import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Concept } from './taxonomy.ts';

/** The levels that a role's skills are stated for, lowest first. */
export const roleLevels = ['junior', 'mid', 'senior'] as const;

export type RoleLevel = (typeof roleLevels)[number];

const weights = ['core', 'imp', 'nice'] as const;

export type SkillWeight = (typeof weights)[number];

/** How well a role asks for a skill, on the taxonomy's scale: 0 is not at all. */
const skillLevel = z.number().int().min(0);
const named = { id: z.string(), name: z.string(), aliases: z.array(z.string()) };

const pathsSchema = z.object({
  /** What the numbers of the scale are called. */
  scale: z.record(z.string(), z.string()).default({}),
  roles: z.array(
    z.object({
      ...named,
      skills: z
        .array(
          z.object({
            skill: z.string(),
            junior: skillLevel,
            mid: skillLevel,
            senior: skillLevel,
            weight: z.enum(weights),
          }),
        )
        .default([]),
      learning_order: z.array(z.string()).default([]),
    }),
  ),
  skills: z.array(z.object({ ...named, prerequisites: z.array(z.string()).default([]) })),
});

const stepsSchema = z.record(
  z.string(),
  z.object({
    /** What somebody can do who has the skill: a short sentence in the imperative. */
    ableTo: z.string(),
    /** Our article that covers it, and the heading in it that begins best: a question. */
    article: z.string(),
    question: z.string(),
  }),
);

/** What learning a skill comes to, and where it is explained. */
export type LearningStep = z.infer<typeof stepsSchema>[string];

export interface RoleSkill extends Readonly<Record<RoleLevel, number>> {
  readonly skill: string;
  readonly weight: SkillWeight;
}

export interface RolePath extends Concept {
  readonly skills: readonly RoleSkill[];
  /** All that the role's skills and their prerequisites are, in the order that teaches best. */
  readonly order: readonly string[];
}

export interface PathSkill extends Concept {
  readonly prerequisites: readonly string[];
}

/** What each role asks for at each level, what each skill needs before it, and what learning it comes to. */
export interface LearningPaths {
  readonly roles: readonly RolePath[];
  readonly skills: ReadonlyMap<string, PathSkill>;
  readonly steps: ReadonlyMap<string, LearningStep>;
  readonly levelNames: Readonly<Record<string, string>>;
}

/**
 * Reads the paths out of taxonomy.json and learning-steps.json of the knowledge folder; throws where one is malformed. A role
 * without skills has no path, and without learning-steps.json skills stand for themselves.
 */
export function readLearningPaths(knowledgeFolder: string): LearningPaths {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(`${knowledgeFolder}/${name}`, 'utf8'));
  const stepsFile = 'learning-steps.json';
  const { scale, roles, skills } = pathsSchema.parse(read('taxonomy.json'));
  const steps = existsSync(`${knowledgeFolder}/${stepsFile}`)
    ? stepsSchema.parse(read(stepsFile))
    : {};
  return {
    roles: roles
      .filter((role) => role.skills.length > 0)
      .map(({ learning_order: order, ...role }) => ({ ...role, order })),
    skills: new Map(skills.map((skill) => [skill.id, skill])),
    steps: new Map(Object.entries(steps)),
    levelNames: scale,
  };
}
