import { type CardData, type SayButton, sayButtonOf } from '#cards/card-data.ts';
import { profileSteps } from '#dialogs/profile-steps.ts';
import { levelLabels } from '#dialogs/read-experience-level.ts';
import type { CitedRoadmap } from '#mentor/cite-roadmap.ts';
import type { RoleLevel, SkillWeight } from '#mentor/learning-paths.ts';
import { type RoadmapPerson, type RoadmapStep, roadmapStages } from '#mentor/plan-roadmap.ts';
import { sourcesData } from './answer-card-data.ts';
import { shorten } from './normalise-text.ts';
import { texts } from './texts.ts';

interface RoadmapCardOptions {
  /** What the person told about themselves; empty where nothing is known. */
  readonly person: RoadmapPerson;
  /** Whether there is a profile that could not be looked at just now. */
  readonly isUnread: boolean;
  /** Whether the person may be asked about themselves. */
  readonly offersProfile: boolean;
  readonly publicUrl: string | undefined;
}

/** More names than this in a row are not read. */
const mostNames = 10;
const longestFact = 120;

const levelWords: Readonly<Record<RoleLevel, string>> = texts.roadmapLevels;
const weightWords: Readonly<Record<SkillWeight, string>> = texts.roadmapWeights;

/** What the roadmap's card shows. */
export function roadmapCardData(
  roadmap: CitedRoadmap,
  { person, isUnread, offersProfile, publicUrl }: RoadmapCardOptions,
): CardData<'roadmap'> {
  const { role, level, there, stages, after, citations, pastReview, question, nextStep } = roadmap;
  const steps = roadmapStages.flatMap((stage) => stages[stage]);
  const numberOf = (step: RoadmapStep) => steps.indexOf(step) + 1;
  return {
    role: role.name,
    level: levelWords[level],
    because: becauseLine(roadmap, person, isUnread),
    there: namesLine(there.map(({ name }) => name)),
    stages: roadmapStages
      .filter((stage) => stages[stage].length > 0)
      .map((stage) => ({
        name: texts.roadmapStages[stage],
        steps: stages[stage].map((step) => {
          const citation = citations.get(step.skill.id);
          return {
            number: numberOf(step),
            skill: step.skill.name,
            details: detailsOf(step),
            text: step.learning?.ableTo ?? '',
            sources: citation === undefined ? [] : sourcesData([citation], publicUrl),
          };
        }),
      })),
    after: namesLine(after.map(({ name }) => name)),
    nextStep: nextStep ?? (question === undefined ? '' : texts.roadmapAskNext(question)),
    quiet: [texts.roadmapMadeOf, ...(pastReview.length > 0 ? [texts.pastReview(pastReview)] : [])]
      .filter(() => steps.length > 0)
      .join(' '),
    buttons: buttonsOf(question, offersProfile, tells(person)),
  };
}

function buttonsOf(
  question: string | undefined,
  offersProfile: boolean,
  hasTold: boolean,
): SayButton[] {
  const profile = hasTold
    ? sayButtonOf('edit profile', texts.roadmapEditProfile)
    : sayButtonOf(texts.profileOfferYes);
  return [
    ...(question === undefined ? [] : [sayButtonOf(question)]),
    ...(offersProfile ? [profile] : []),
    sayButtonOf(texts.roadmapOfAnotherRole, texts.roadmapAnotherRole),
  ];
}

/** What the person told that it rests on, and what follows from it. */
function becauseLine(roadmap: CitedRoadmap, person: RoadmapPerson, isUnread: boolean): string {
  if (isUnread) return texts.roadmapProfileUnread;
  const { background, experienceLevel, hoursPerWeek } = person;
  const facts = [
    background ?? '',
    builtWork(person),
    experienceLevel === undefined ? '' : levelLabels[experienceLevel],
    hoursPerWeek === undefined ? '' : texts.roadmapHours(hoursPerWeek),
  ]
    .filter((fact) => fact !== '')
    .map((fact) => shorten(fact, longestFact));
  const { level, isBeyond, there, stages } = roadmap;
  const isDone = roadmapStages.every((stage) => stages[stage].length === 0);
  return [
    ...(facts.length === 0 ? [] : [texts.roadmapBecause(facts)]),
    isDone ? texts.roadmapNothingLeft(levelWords[level]) : '',
    isBeyond ? texts.roadmapGoesOn(levelWords[level]) : '',
    isDone || isBeyond || there.length > 0 ? '' : beginningText(person),
    isDone || stages.now.length > 1 ? '' : texts.roadmapOneAtATime,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** What they built; "Nothing yet" is an answer, and tells of no skill. */
function builtWork({ closestWork = '' }: RoadmapPerson): string {
  const step = profileSteps.find(({ name }) => name === 'closestWork');
  return step?.choices.includes(closestWork) ? '' : closestWork;
}

function beginningText(person: RoadmapPerson): string {
  return tells(person) ? texts.roadmapNoneFound : texts.roadmapNothingTold;
}

function tells(person: RoadmapPerson): boolean {
  return (person.background ?? builtWork(person)) !== '';
}

function detailsOf({ weight, neededFor, level, levelNow }: RoadmapStep): string {
  if (neededFor !== undefined) return texts.roadmapNeededFor(neededFor.name);
  return [
    weight === undefined ? '' : weightWords[weight],
    level === undefined ? '' : texts.roadmapSkillLevel(level, levelNow),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function namesLine(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).join(', ');
  return names.length > mostNames ? `${shown} ${texts.roadmapAndMore}` : shown;
}
