import type { StoredCitation } from '#services/conversations/port.ts';
import type { KnowledgeDocument, KnowledgeIndex } from '#services/knowledge-index/port.ts';
import type { ExperienceLevel } from '#services/profiles/port.ts';
import type { LearningPaths } from './learning-paths.ts';
import { nextStepsOf } from './next-steps.ts';
import {
  planRoadmap,
  type Roadmap,
  type RoadmapPerson,
  type RoadmapStep,
  roadmapStages,
} from './plan-roadmap.ts';
import type { Concept } from './taxonomy.ts';

/** A roadmap whose steps name the article that covers them, with the passage to begin with. */
export interface CitedRoadmap extends Roadmap {
  /** By the skill of a step, numbered as the steps stand; a skill whose article is not in the knowledge base has none. */
  readonly citations: ReadonlyMap<string, StoredCitation>;
  /** The numbers of the citations whose article is past the date by which it should have been reviewed. */
  readonly pastReview: readonly number[];
  /** The question to go on with: a heading of the first step's article. */
  readonly question?: string;
  /** What the first step's article says to do next, where the article is about that skill first of all. */
  readonly nextStep?: string;
}

/** Makes roadmaps out of what the knowledge folder and the index hold. */
export interface Roadmaps {
  /** The roles there are roadmaps for. */
  readonly roles: readonly Concept[];
  /** The person's way to a role, by its id; rejects with a MentorError where the articles cannot be read, and with a RangeError for a role that is not there. */
  open(roleId: string, person: RoadmapPerson): Promise<CitedRoadmap>;
}

/** How many skills an article covers at most whose own next step is a step towards its first skill. */
const skillsOfOneTopic = 2;

export function createRoadmaps(
  paths: LearningPaths,
  index: Pick<KnowledgeIndex, 'getDocument'>,
  now: () => Date = () => new Date(),
): Roadmaps {
  return {
    roles: paths.roles,
    async open(roleId, person) {
      const role = paths.roles.find(({ id }) => id === roleId);
      if (role === undefined) throw new RangeError(`there is no path to the role ${roleId}`);
      const roadmap = planRoadmap(role, person, paths);
      const steps = roadmapStages.flatMap((stage) => roadmap.stages[stage]);
      const articles = await readArticles(steps, index);
      const passagesOf = ({ learning }: RoadmapStep) => articles.get(learning?.article ?? '') ?? [];
      const passages = steps.map((step) => passageFor(step, passagesOf(step)));
      const today = now().toISOString().slice(0, 10);
      const [first] = steps;
      return {
        ...roadmap,
        citations: new Map(
          steps.flatMap(({ skill }, at) => {
            const passage = passages[at];
            return passage === undefined ? [] : [[skill.id, cite(passage, at + 1)]];
          }),
        ),
        pastReview: passages.flatMap((passage, at) => {
          const { reviewBy = today } = passage ?? {};
          return reviewBy < today ? [at + 1] : [];
        }),
        ...(first && goingOn(first, passagesOf(first), person.experienceLevel)),
      };
    },
  };
}

/** Each article once; several steps may begin in the same one. */
async function readArticles(
  steps: readonly RoadmapStep[],
  index: Pick<KnowledgeIndex, 'getDocument'>,
): Promise<ReadonlyMap<string, readonly KnowledgeDocument[]>> {
  const ids = new Set(steps.flatMap(({ learning }) => (learning ? [learning.article] : [])));
  return new Map(
    await Promise.all([...ids].map(async (id) => [id, await index.getDocument(id)] as const)),
  );
}

/** The passage under the heading the step begins with; where the article has it no more, the article's first. */
function passageFor(
  { learning }: RoadmapStep,
  passages: readonly KnowledgeDocument[],
): KnowledgeDocument | undefined {
  const body = passages.filter(({ part }) => part === 'body');
  return body.find(({ section }) => section === learning?.question) ?? body[0];
}

function cite(document: KnowledgeDocument, number: number): StoredCitation {
  const { documentId, title, documentType, sourceUrl, section, content, updatedAt } = document;
  return {
    number,
    documentId,
    title,
    documentType,
    sourceUrl,
    section,
    passage: content,
    date: updatedAt,
    score: 1,
  };
}

function goingOn(
  first: RoadmapStep,
  passages: readonly KnowledgeDocument[],
  level: ExperienceLevel | undefined,
): Pick<CitedRoadmap, 'question' | 'nextStep'> {
  const question = passageFor(first, passages)?.section;
  const { skillsCovered = [] } = passages[0] ?? {};
  const isAboutIt = skillsCovered[0] === first.skill.id && skillsCovered.length <= skillsOfOneTopic;
  const [nextStep] = isAboutIt ? nextStepsOf(passages, level) : [];
  return {
    ...(question?.endsWith('?') ? { question } : {}),
    ...(nextStep === undefined ? {} : { nextStep }),
  };
}
