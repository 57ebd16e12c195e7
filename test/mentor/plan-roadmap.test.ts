import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LearningPaths, RolePath, RoleSkill, SkillWeight } from '#mentor/learning-paths.ts';
import {
  planRoadmap,
  type Roadmap,
  type RoadmapPerson,
  roadmapStages,
} from '#mentor/plan-roadmap.ts';
import { builtInPaths } from '#test/helpers/built-in-roadmaps.ts';

const skill = (id: string, ...prerequisites: string[]) => ({
  id,
  name: id.toUpperCase(),
  aliases: [`${id} alias`],
  prerequisites,
});

const asks = (
  id: string,
  weight: SkillWeight,
  [junior, mid, senior]: readonly [number, number, number],
): RoleSkill => ({ skill: id, weight, junior, mid, senior });

const baker: RolePath = {
  id: 'baker',
  name: 'Bread Engineer',
  aliases: ['baker'],
  skills: [
    asks('icing', 'nice', [1, 1, 2]),
    asks('bread', 'core', [2, 3, 4]),
    asks('cake', 'core', [1, 3, 4]),
    asks('ovens', 'imp', [0, 2, 3]),
  ],
  order: ['flour', 'dough', 'bread', 'cake', 'ovens', 'icing'],
};

const bakery: LearningPaths = {
  roles: [baker],
  skills: new Map(
    [
      skill('flour'),
      skill('dough', 'flour'),
      skill('bread', 'dough'),
      skill('cake', 'flour'),
      skill('ovens'),
      skill('icing'),
    ].map((known) => [known.id, known]),
  ),
  steps: new Map([['bread', { ableTo: 'Bake bread.', article: 'bread', question: 'How?' }]]),
  levelNames: { 1: 'awareness', 2: 'working', 3: 'practitioner', 4: 'expert' },
};

const plan = (person: RoadmapPerson, paths = bakery, role = baker) =>
  planRoadmap(role, person, paths);
const stepsOf = ({ stages }: Roadmap) => roadmapStages.flatMap((stage) => stages[stage]);
const idsOf = (roadmap: Roadmap) => stepsOf(roadmap).map((step) => step.skill.id);
const roleOf = (id: string) => {
  const role = builtInPaths().roles.find((candidate) => candidate.id === id);
  assert.ok(role);
  return role;
};

describe('planRoadmap', () => {
  it('begins at the start of a first job where nothing is known', () => {
    const roadmap = plan({});
    assert.equal(roadmap.level, 'junior');
    assert.equal(roadmap.isBeyond, false);
    assert.deepEqual(roadmap.there, []);
    assert.deepEqual(idsOf(roadmap), ['flour', 'dough', 'bread', 'cake', 'icing']);
  });

  it('says of each step how much the role rests on it and how well it asks for it, or what needs it', () => {
    const [flour, , bread] = stepsOf(plan({}));
    assert.deepEqual(flour?.neededFor?.id, 'bread');
    assert.equal(flour?.weight, undefined);
    assert.equal(bread?.weight, 'core');
    assert.equal(bread?.level, 'working');
    assert.equal(bread?.levelNow, undefined);
    assert.deepEqual(bread?.learning, bakery.steps.get('bread'));
  });

  it('leaves out what a level does not ask for', () => {
    assert.ok(!idsOf(plan({ experienceLevel: 'student' })).includes('ovens'));
    assert.ok(idsOf(plan({ experienceLevel: 'mid' })).includes('ovens'));
  });

  it('does not repeat what the person named, by an alias too, nor what that needs', () => {
    const roadmap = plan({ closestWork: 'I did a lot with bread alias' });
    assert.deepEqual(
      roadmap.there.map(({ id }) => id),
      ['bread', 'flour', 'dough'],
    );
    assert.deepEqual(idsOf(roadmap), ['cake', 'icing']);
  });

  it('leads to the next level where nothing is missing at one’s own', () => {
    const roadmap = plan({ background: 'bread, cake and icing', experienceLevel: 'junior' });
    assert.equal(roadmap.level, 'mid');
    assert.equal(roadmap.isBeyond, true);
    const [bread] = stepsOf(roadmap);
    assert.deepEqual([bread?.levelNow, bread?.level], ['working', 'practitioner']);
    assert.deepEqual(idsOf(roadmap), ['bread', 'cake', 'ovens']);
    assert.deepEqual(
      roadmap.there.map(({ id }) => id),
      ['icing'],
    );
  });

  it('has no steps for whoever has all that the highest level asks for', () => {
    const roadmap = plan({ background: 'baker', experienceLevel: 'senior' });
    assert.equal(roadmap.level, 'senior');
    assert.equal(roadmap.isBeyond, false);
    assert.deepEqual(idsOf(roadmap), []);
    assert.deepEqual(roadmap.after, []);
    assert.deepEqual(
      roadmap.there.slice(0, 2).map(({ id }) => id),
      ['icing', 'bread'],
    );
  });

  it('brings forward what the person is interested in, among what is equally important', () => {
    const interested = plan({ specificInterests: ['cake'], careerGoals: [] });
    assert.deepEqual(idsOf(interested), ['flour', 'cake', 'dough', 'bread', 'icing']);
    const decorating = plan({ careerGoals: ['icing'] });
    assert.equal(idsOf(decorating).at(-1), 'icing');
  });

  it('puts one thing into now for whoever has little time', () => {
    assert.equal(plan({ hoursPerWeek: 4 }).stages.now.length, 1);
    assert.equal(plan({ hoursPerWeek: 5 }).stages.now.length, 2);
    assert.equal(plan({}).stages.now.length, 2);
  });

  it('ends where skills need each other, with each of them once', () => {
    const circle: LearningPaths = {
      ...bakery,
      skills: new Map(
        [skill('bread', 'cake'), skill('cake', 'bread'), skill('icing', 'icing')].map((known) => [
          known.id,
          known,
        ]),
      ),
    };
    assert.deepEqual(idsOf(plan({}, circle)).toSorted(), ['bread', 'cake', 'icing']);
  });

  it('names a skill that nobody described by its id', () => {
    const role = { ...baker, skills: [asks('sour_dough', 'core', [1, 1, 1])] };
    const [step] = stepsOf(plan({}, bakery, role));
    assert.equal(step?.skill.name, 'sour dough');
    assert.equal(step?.learning, undefined);
  });
});

describe('planRoadmap on our own paths', () => {
  const people: readonly RoadmapPerson[] = [
    {},
    { experienceLevel: 'mid', background: 'backend developer' },
    { experienceLevel: 'senior', background: 'data scientist', hoursPerWeek: 2 },
  ];

  it('never puts a skill before what it needs, and shows at most eight steps', () => {
    const { roles, skills } = builtInPaths();
    for (const role of roles)
      for (const person of people) {
        const roadmap = planRoadmap(role, person, builtInPaths());
        const ids = idsOf(roadmap);
        assert.ok(ids.length <= 8);
        assert.equal(new Set(ids).size, ids.length);
        for (const [place, id] of ids.entries())
          for (const needed of skills.get(id)?.prerequisites ?? [])
            assert.ok(ids.indexOf(needed) < place, `${role.id}: ${needed} after ${id}`);
      }
  });

  it('takes a backend developer past the web, and asks seniors for more than juniors', () => {
    const person = { background: 'backend developer at a bank' };
    const junior = planRoadmap(roleOf('ai_engineer'), person, builtInPaths());
    const there = junior.there.map(({ id }) => id);
    assert.ok(there.includes('api_design') && there.includes('relational_db'));
    assert.ok(!idsOf(junior).includes('web_basics'));
    const senior = planRoadmap(
      roleOf('ai_engineer'),
      { ...person, experienceLevel: 'senior' },
      builtInPaths(),
    );
    const python = stepsOf(senior).find((step) => step.skill.id === 'python');
    assert.equal(python?.level, 'expert');
    assert.equal(stepsOf(junior).find((step) => step.skill.id === 'python')?.level, 'working');
  });

  it('leads a junior of the role itself on to mid level', () => {
    const person: RoadmapPerson = { background: 'AI engineer', experienceLevel: 'junior' };
    const roadmap = planRoadmap(roleOf('ai_engineer'), person, builtInPaths());
    assert.equal(roadmap.level, 'mid');
    assert.equal(stepsOf(roadmap)[0]?.levelNow, 'working');
  });
});
