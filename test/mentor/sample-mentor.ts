import assert from 'node:assert/strict';
import { chunkArticle } from '#ingestion/chunk-article.ts';
import { readArticle } from '#ingestion/read-article.ts';
import type { Answer, MentorEvent, Question } from '#mentor/answer.ts';
import { createAnswerQuestion, type MentorDependencies } from '#mentor/answer-question.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { loadPrompts } from '#mentor/load-prompts.ts';
import { readOtherCareers } from '#mentor/other-career.ts';
import { readOtherLanguages } from '#mentor/other-languages.ts';
import { readScreeningRules } from '#mentor/screen-question.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { createExtractiveModel } from '#services/model/extractive.ts';
import { sampleArticles } from './passage-samples.ts';

const root = `${import.meta.dirname}/../..`;

/** Puts articles into an index: the sample ones where none are given. */
export async function publishSamples(
  index: KnowledgeIndex,
  articles: readonly string[] = sampleArticles,
): Promise<void> {
  for (const text of articles) {
    const { article, problems } = readArticle('sample.md', text);
    assert.deepEqual(problems, undefined);
    const options = { now: new Date('2026-11-22'), collection: 'articles', contentHash: 'x' };
    await index.putDocument(chunkArticle(article, options));
  }
}

/** The whole pipeline on an index, without a language model where none is given. */
export function openMentor(index: KnowledgeIndex, changes: Partial<MentorDependencies> = {}) {
  const fallback = createExtractiveModel();
  const taxonomy = readTaxonomy(`${root}/knowledge`);
  let time = 0;
  return createAnswerQuestion({
    index,
    expander: createQueryExpander(taxonomy),
    model: fallback,
    fallback,
    screen: readScreeningRules(`${root}/mentor/screening-rules.json`),
    otherLanguages: readOtherLanguages(`${root}/knowledge`),
    otherCareers: readOtherCareers(`${root}/knowledge/other-careers.json`),
    render: loadPrompts(`${root}/mentor/prompts`),
    countTokens: (text) => Math.ceil(text.length / 4),
    roleName: (id) => taxonomy.roles.find((role) => role.id === id)?.name,
    newId: () => 'message-1',
    temperature: 0.7,
    maxAnswerTokens: 1_000,
    elapsedMs: () => (time += 1),
    now: () => new Date('2026-11-22'),
    ...changes,
  });
}

/** Asks once; the answer came last, and it came once. */
export async function askMentor(
  index: KnowledgeIndex,
  text: string,
  changes: Partial<MentorDependencies> = {},
  question: Partial<Question> = {},
): Promise<{ events: MentorEvent[]; answer: Answer; shown: string }> {
  const asking = { text, conversationId: 'c', history: [], ...question };
  const events = await Array.fromAsync(openMentor(index, changes)(asking));
  assert.equal(events.filter((event) => event.type === 'answer').length, 1, 'exactly one answer');
  const last = events.at(-1);
  assert.ok(last?.type === 'answer', 'the answer comes last');
  let shown = '';
  for (const event of events) {
    if (event.type === 'text-reset') shown = '';
    if (event.type === 'text-delta') shown += event.text;
  }
  return { events, answer: last.answer, shown };
}
