import type { ExperienceLevel } from '#services/profiles/port.ts';
import type { InterviewQuestion } from './interview-questions.ts';

export interface InterviewWish {
  /** A role id of the taxonomy; without one only what every role is asked comes up. */
  readonly role?: string | undefined;
  readonly level?: ExperienceLevel | undefined;
  /** Ids of questions that came up before: they come again only once there is nothing else. */
  readonly asked: readonly string[];
}

export const questionsPerRound = 3;

/** How people are asked whose level nobody knows: what a beginner may be asked too. */
const levelOfStrangers: ExperienceLevel = 'junior';

/**
 * The questions of one round, for the person's role and level: one about how they work, then what is asked of their role, each
 * of another topic where there is one. `random` gives numbers from 0 to below 1.
 */
export function chooseInterviewQuestions(
  questions: readonly InterviewQuestion[],
  { role, level = levelOfStrangers, asked }: InterviewWish,
  random: () => number,
): InterviewQuestion[] {
  const fitting = questions
    .filter(({ roles }) => roles.includes('any') || (role !== undefined && roles.includes(role)))
    .filter(({ levels }) => levels.includes('any') || levels.includes(level));
  const shuffled = shuffle(fitting, random);
  const chosen: InterviewQuestion[] = [];
  const take = (rank: (question: InterviewQuestion) => number) => {
    const rest = shuffled.filter((question) => !chosen.includes(question));
    const [best] = rest.toSorted((one, other) => rank(one) - rank(other));
    if (best !== undefined) chosen.push(best);
  };
  const cameUp = ({ id }: InterviewQuestion) => asked.includes(id);
  const isKnownTopic = ({ topic }: InterviewQuestion) => chosen.some((one) => one.topic === topic);
  const isOfRole = ({ roles }: InterviewQuestion) => role !== undefined && roles.includes(role);
  take((question) => weigh(question.topic !== 'behavioral', cameUp(question)));
  while (chosen.length < Math.min(questionsPerRound, fitting.length))
    take((question) => weigh(!isOfRole(question), cameUp(question), isKnownTopic(question)));
  return chosen;
}

/** Compares like a number whose first digit counts most. */
function weigh(...flaws: readonly boolean[]): number {
  return flaws.reduce((sum, flaw) => 2 * sum + Number(flaw), 0);
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
