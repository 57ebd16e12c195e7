import type { Article } from '#ingestion/article-schema.ts';
import { chunkArticle } from '#ingestion/chunk-article.ts';
import { chooseInterviewQuestions, questionsPerRound } from '#mentor/choose-interview-questions.ts';
import { groundPoint } from '#mentor/interview-feedback.ts';
import type { InterviewPoint, InterviewQuestion } from '#mentor/interview-questions.ts';
import { isReadableSign } from '#mentor/match-interview-points.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import { experienceLevels } from '#services/profiles/port.ts';
import type { KnowledgeFinding } from './check-articles.ts';

/**
 * What does not fit together in the questions for practice interviews and the rest of the knowledge: an id that stands there
 * twice, an unknown role, a point whose article or heading does not exist or does not say so, a sign that no answer can show,
 * a role that has too few questions at some level. Without any question there is nothing to check.
 */
export function checkInterviewQuestions(
  questions: readonly InterviewQuestion[],
  articles: readonly Article[],
  { roles, file = 'knowledge/interview-questions.json' }: InterviewCheckOptions,
): KnowledgeFinding[] {
  const passages = new Map(
    articles.map((article) => [article.frontMatter.id, passagesOf(article)]),
  );
  const ids = questions.map(({ id }) => id);
  return [
    ...new Set(
      ids
        .filter((id, place) => ids.indexOf(id) !== place)
        .map((id) => `the question ${id} stands there twice`),
    ),
    ...questions.flatMap((question) => [
      ...question.roles
        .filter((role) => role !== 'any' && !roles.includes(role))
        .map((role) => `question ${question.id} names the role ${role}, which does not exist`),
      ...question.points.flatMap((point) =>
        problemsOf(point, passages).map((problem) => `question ${question.id} ${problem}`),
      ),
    ]),
    ...(questions.length === 0 ? [] : roles.flatMap((role) => poorLevels(questions, role))),
  ].map((message) => ({ file, message }));
}

export interface InterviewCheckOptions {
  /** Role ids of the taxonomy. */
  readonly roles: readonly string[];
  readonly file?: string;
}

function passagesOf(article: Article): KnowledgeDocument[] {
  const { contentHash } = article;
  return chunkArticle(article, { now: new Date(0), collection: 'check', contentHash });
}

function problemsOf(
  point: InterviewPoint,
  passages: ReadonlyMap<string, readonly KnowledgeDocument[]>,
): string[] {
  const { article, section, says, signs } = point;
  const found = passages.get(article);
  const unreadable = signs
    .filter((sign) => !isReadableSign(sign))
    .map((sign) => `has the sign “${sign}”, which no answer can show`);
  if (found === undefined) return [`rests on ${article}, which does not exist`, ...unreadable];
  if (!found.some((passage) => passage.section === section))
    return [`rests on “${section}” of ${article}, which does not exist`, ...unreadable];
  const isSupported = groundPoint(point, found) !== undefined;
  return [
    ...(isSupported ? [] : [`says “${says}”, which “${section}” of ${article} does not say`]),
    ...unreadable,
  ];
}

function poorLevels(questions: readonly InterviewQuestion[], role: string): string[] {
  return experienceLevels.flatMap((level) => {
    const chosen = chooseInterviewQuestions(questions, { role, level, asked: [] }, () => 0);
    const ofRole = chosen.filter(({ roles }) => roles.includes(role)).length;
    return chosen.length === questionsPerRound && ofRole >= questionsPerRound - 1
      ? []
      : [`role ${role} has too few questions of its own at the level ${level}`];
  });
}
