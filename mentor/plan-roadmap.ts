import type { ExperienceLevel, Profile } from '#services/profiles/port.ts';
import {
  type LearningPaths,
  type LearningStep,
  type RoleLevel,
  type RolePath,
  type RoleSkill,
  roleLevels,
  type SkillWeight,
} from './learning-paths.ts';
import { type HeldSkills, readHeldSkills, readNamedSkills } from './read-held-skills.ts';
import type { Concept } from './taxonomy.ts';

/** What of a person shapes their roadmap. */
export type RoadmapPerson = Partial<
  Pick<
    Profile,
    | 'background'
    | 'closestWork'
    | 'experienceLevel'
    | 'careerGoals'
    | 'specificInterests'
    | 'hoursPerWeek'
  >
>;

export interface RoadmapStep {
  readonly skill: Concept;
  /** How much the role rests on it; absent where the role does not ask for it itself. */
  readonly weight?: SkillWeight;
  /** The skill of the role that cannot be learned without this one, where the role does not ask for it itself. */
  readonly neededFor?: Concept;
  /** How well the role asks for it, in the taxonomy's word. */
  readonly level?: string;
  /** How well the person has it, where that is not well enough. */
  readonly levelNow?: string;
  /** What it comes to; absent where nobody wrote it down. */
  readonly learning?: LearningStep;
}

export const roadmapStages = ['now', 'next', 'later'] as const;

export type RoadmapStage = (typeof roadmapStages)[number];

export interface Roadmap {
  readonly role: Concept;
  /** The level of the role that it leads to ... */
  readonly level: RoleLevel;
  /** ... and whether that lies beyond the person's own, since nothing is missing there. */
  readonly isBeyond: boolean;
  /** What the role asks for and what that needs, as far as the person has it: the role's own skills first. */
  readonly there: readonly Concept[];
  /** In the order of learning; a stage without steps is empty, and all are where nothing is missing. */
  readonly stages: Readonly<Record<RoadmapStage, readonly RoadmapStep[]>>;
  /** What comes after the steps in view. */
  readonly after: readonly Concept[];
}

/** How many steps a stage shows; what is more than one can keep in view comes after. */
const nextSteps = 3;
const laterSteps = 3;

const importance: readonly SkillWeight[] = ['core', 'imp', 'nice'];

/**
 * Plans what to learn for a role, in an order in which nothing comes before what it needs, and of what could come next the most
 * important first: by weight, then by what the person is interested in, then by how well the role asks for it. Leads to the role
 * at the person's level, and where nothing is missing there to the next level at which something is.
 */
export function planRoadmap(role: RolePath, person: RoadmapPerson, paths: LearningPaths): Roadmap {
  const ownLevel = roleLevelOf(person.experienceLevel);
  const told = readHeldSkills(person, { role, level: ownLevel }, paths);
  const held = levelsHeld(role, ownLevel, told);
  const levels = roleLevels.slice(roleLevels.indexOf(ownLevel));
  const level =
    levels.find((candidate) => missingSkills(role, candidate, held).length > 0) ?? ownLevel;
  const wishes = [...(person.careerGoals ?? []), ...(person.specificInterests ?? [])].join('\n');
  const ordered = orderSteps(
    inOrderOfImportance(missingSkills(role, level, held), level, role, {
      wanted: readNamedSkills(wishes, paths),
    }),
    held,
    paths,
  );
  const steps = ordered.map((step) => describeStep(step, { role, level, held, paths }));
  const nowEnd = stepsAtOnce(person.hoursPerWeek);
  const nextEnd = nowEnd + nextSteps;
  const laterEnd = nextEnd + laterSteps;
  return {
    role,
    level,
    isBeyond: level !== ownLevel,
    there: thereAlready(role, level, held)
      .filter((id) => level === ownLevel || asksFor(role, id))
      .map((id) => conceptOf(id, paths)),
    stages: {
      now: steps.slice(0, nowEnd),
      next: steps.slice(nowEnd, nextEnd),
      later: steps.slice(nextEnd, laterEnd),
    },
    after: steps.slice(laterEnd).flatMap(({ skill, weight }) => (weight ? [skill] : [])),
  };
}

interface OrderedSkill {
  readonly id: string;
  readonly neededFor: string | undefined;
}

interface StepContext {
  readonly role: RolePath;
  readonly level: RoleLevel;
  readonly held: ReadonlyMap<string, number>;
  readonly paths: LearningPaths;
}

function describeStep(
  { id, neededFor }: OrderedSkill,
  { role, level, held, paths }: StepContext,
): RoadmapStep {
  const learning = paths.steps.get(id);
  const step = {
    skill: conceptOf(id, paths),
    ...(learning === undefined ? {} : { learning }),
  };
  const asked = role.skills.find(({ skill }) => skill === id);
  if (asked === undefined || asked[level] === 0)
    return neededFor === undefined ? step : { ...step, neededFor: conceptOf(neededFor, paths) };
  const name = paths.levelNames[asked[level]];
  const nameNow = paths.levelNames[held.get(id) ?? 0];
  return {
    ...step,
    weight: asked.weight,
    ...(name === undefined ? {} : { level: name }),
    ...(held.has(id) && nameNow !== undefined ? { levelNow: nameNow } : {}),
  };
}

/** Whoever is at the beginning, or has not said where, aims at a first job. */
function roleLevelOf(level: ExperienceLevel | undefined): RoleLevel {
  return level === 'mid' || level === 'senior' ? level : 'junior';
}

/** Few hours are for one thing at a time. */
function stepsAtOnce(hoursPerWeek: number | undefined): number {
  return hoursPerWeek !== undefined && hoursPerWeek < 5 ? 1 : 2;
}

/** How well the person has each skill: one they named as well as the role asks of their level. */
function levelsHeld(role: RolePath, level: RoleLevel, { named, fromWork }: HeldSkills) {
  const asked = new Map(role.skills.map((skill) => [skill.skill, skill[level]]));
  const held = new Map(fromWork);
  for (const id of named) held.set(id, Math.max(held.get(id) ?? 1, asked.get(id) ?? 1));
  return held;
}

function missingSkills(
  role: RolePath,
  level: RoleLevel,
  held: ReadonlyMap<string, number>,
): RoleSkill[] {
  return role.skills.filter((skill) => skill[level] > (held.get(skill.skill) ?? 0));
}

/** What the person has as well as this level asks for, in the role's own order. */
function thereAlready(role: RolePath, level: RoleLevel, held: ReadonlyMap<string, number>) {
  const missing = new Set(missingSkills(role, level, held).map(({ skill }) => skill));
  const ids = [...new Set([...role.skills.map(({ skill }) => skill), ...role.order])];
  return ids.filter((id) => held.has(id) && !missing.has(id));
}

function asksFor(role: RolePath, id: string): boolean {
  return role.skills.some(({ skill }) => skill === id);
}

function inOrderOfImportance(
  skills: readonly RoleSkill[],
  level: RoleLevel,
  { order }: RolePath,
  { wanted }: { wanted: ReadonlySet<string> },
): string[] {
  const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  return skills
    .toSorted(
      (one, other) =>
        importance.indexOf(one.weight) - importance.indexOf(other.weight) ||
        Number(wanted.has(other.skill)) - Number(wanted.has(one.skill)) ||
        other[level] - one[level] ||
        place(one.skill) - place(other.skill),
    )
    .map(({ skill }) => skill);
}

/** Each skill right after what it needs and the person has not; skills that need each other stand in the order they came. */
function orderSteps(
  wanted: readonly string[],
  held: ReadonlyMap<string, number>,
  { skills }: LearningPaths,
): OrderedSkill[] {
  const ordered: OrderedSkill[] = [];
  const seen = new Set<string>();
  const visit = (id: string, neededFor: string | undefined): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const needed of skills.get(id)?.prerequisites ?? [])
      if (!held.has(needed)) visit(needed, neededFor ?? id);
    ordered.push({ id, neededFor });
  };
  for (const id of wanted) visit(id, undefined);
  return ordered;
}

function conceptOf(id: string, { skills }: LearningPaths): Concept {
  return skills.get(id) ?? { id, name: id.replaceAll('_', ' '), aliases: [] };
}
