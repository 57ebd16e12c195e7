import {
  createInterviewPractice,
  type InterviewDependencies,
  type InterviewPractice,
} from '#mentor/interview-practice.ts';
import { type InterviewQuestion, readInterviewQuestions } from '#mentor/interview-questions.ts';
import { loadPrompts } from '#mentor/load-prompts.ts';
import { createDistressCheck } from '#mentor/says-distress.ts';
import { readScreeningRules } from '#mentor/screen-question.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import type { IndexedDocument } from '#services/knowledge-index/port.ts';
import { builtInArticle, knowledgeFolder } from './built-in-roadmaps.ts';

let questions: readonly InterviewQuestion[] | undefined;

/** The questions of the knowledge folder, read once. */
export function builtInQuestions(): readonly InterviewQuestion[] {
  questions ??= readInterviewQuestions(knowledgeFolder);
  return questions;
}

/** Practice with the questions and articles of the knowledge folder, which come in the order of the file. */
export function builtInInterview(changes: Partial<InterviewDependencies> = {}): InterviewPractice {
  const { roles } = readTaxonomy(knowledgeFolder);
  let answers = 0;
  return createInterviewPractice({
    questions: builtInQuestions(),
    index: { getDocument: builtInArticle, listDocuments: async () => articlesOfQuestions() },
    roleName: (id) => roles.find((role) => role.id === id)?.name,
    isDistress: createDistressCheck(
      readScreeningRules(`${knowledgeFolder}/../mentor/screening-rules.json`),
    ),
    render: loadPrompts(`${knowledgeFolder}/../mentor/prompts`),
    random: () => 0,
    newId: () => {
      answers += 1;
      return `practice-${answers}`;
    },
    now: () => new Date('2026-11-23'),
    ...changes,
  });
}

function articlesOfQuestions(): IndexedDocument[] {
  const ids = new Set(
    builtInQuestions().flatMap(({ points }) => points.map(({ article }) => article)),
  );
  return [...ids].map((documentId) => ({
    documentId,
    title: documentId,
    category: '',
    collection: 'articles',
    contentHash: 'x',
    chunkCount: 1,
  }));
}
