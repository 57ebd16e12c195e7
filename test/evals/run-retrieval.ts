import { join } from 'node:path';
import { publishArticles } from '#ingestion/publish-articles.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import {
  type Retrieval,
  type RetrievalDependencies,
  retrievePassages,
} from '#mentor/retrieve-passages.ts';
import { rewriteQuestion } from '#mentor/rewrite-question.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { openDatabase } from '#services/database/open-database.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import type { Profile } from '#services/profiles/port.ts';
import type { LabelledQuestion, RelevanceLabel } from './labelled-questions.ts';
import { recallAt, scoreRanking } from './metrics.ts';

export interface QuestionResult {
  readonly question: LabelledQuestion;
  readonly answerable: boolean;
  /** Whether anything was above the floor for evidence. */
  readonly hasEvidence: boolean;
  /** How many of the passages that answer the question (grade 2) an answer may rest on; 0 where nothing answers it. */
  readonly recallAt5: number;
  /** Over the whole ranking, evidence or not, and both grades. */
  readonly ndcgAt10: number;
  readonly reciprocalRank: number;
  /** What was found, best first, for reading. */
  readonly found: readonly string[];
}

const knowledgeFolder = join(import.meta.dirname, '..', '..', 'knowledge');

/** The articles of the repository in an index of their own, in memory, with the taxonomy beside them. */
export async function openArticles(): Promise<RetrievalDependencies> {
  const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
  await publishArticles(join(knowledgeFolder, 'articles'), { index, collection: 'articles' });
  const expander = createQueryExpander(readTaxonomy(knowledgeFolder));
  return { index, expander, now: () => new Date() };
}

/** Asks one labelled question as the mentor would, without a model, and scores what was retrieved. */
export async function runQuestion(
  question: LabelledQuestion,
  dependencies: RetrievalDependencies,
): Promise<QuestionResult> {
  const retrieval = await retrieve(question, dependencies);
  const answerable = question.relevant.length > 0;
  const evidence = retrieval.passages.map((passage) => passage.document);
  const result = {
    question,
    answerable,
    hasEvidence: evidence.length > 0,
    found: retrieval.nearest.slice(0, 5).map(describe),
  };
  if (!answerable) return { ...result, recallAt5: 0, ndcgAt10: 0, reciprocalRank: 0 };
  const judgements = new Map(question.relevant.map((label) => [nameOf(label), label.grade]));
  const answering = new Map([...judgements].filter(([, grade]) => grade === 2));
  const unitOf = (document: KnowledgeDocument) => judgedUnit(document, judgements);
  const ranking = scoreRanking(retrieval.nearest.map(unitOf), judgements);
  return {
    ...result,
    recallAt5: recallAt(5, evidence.map(unitOf), answering),
    ndcgAt10: ranking.ndcgAt10,
    reciprocalRank: ranking.reciprocalRank,
  };
}

async function retrieve(
  question: LabelledQuestion,
  dependencies: RetrievalDependencies,
): Promise<Retrieval> {
  const history = question.history.map(({ role, content, followUps }) => ({
    role,
    content,
    ...(followUps === undefined ? {} : { followUps }),
  }));
  const standalone = rewriteQuestion(question.question, history);
  const profile = profileOf(question);
  return retrievePassages(
    {
      question: standalone.text,
      ...(standalone.latest === undefined ? {} : { latest: standalone.latest }),
      ...(standalone.level === undefined ? {} : { level: standalone.level }),
      ...(profile === undefined ? {} : { profile }),
    },
    dependencies,
  );
}

function profileOf({ profile }: LabelledQuestion): Profile | undefined {
  if (profile === undefined) return undefined;
  const { background, experienceLevel, targetRole } = profile;
  return {
    userId: 'evaluation',
    careerGoals: [],
    specificInterests: [],
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...(background === undefined ? {} : { background }),
    ...(experienceLevel === undefined ? {} : { experienceLevel }),
    ...(targetRole === undefined ? {} : { targetRole }),
  };
}

/** The most exact judgement that speaks about the passage: of its section, else of its document, else its own id. */
function judgedUnit(document: KnowledgeDocument, judgements: ReadonlyMap<string, number>): string {
  const { documentId, section } = document;
  const ofSection = nameOf({ documentId, section });
  if (judgements.has(ofSection)) return ofSection;
  return judgements.has(documentId) ? documentId : document.id;
}

function nameOf({ documentId, section }: Pick<RelevanceLabel, 'documentId' | 'section'>): string {
  return section === undefined ? documentId : describe({ documentId, section });
}

function describe({
  documentId,
  section,
}: Pick<KnowledgeDocument, 'documentId' | 'section'>): string {
  return `${documentId} > ${section}`;
}
