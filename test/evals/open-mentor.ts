import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCore } from '#composition/core.ts';
import { readEnvironment, readSettings } from '#composition/settings.ts';
import { type Config, readConfig } from '#config.ts';
import type { Answer, Question } from '#mentor/answer.ts';
import { readOtherCareers } from '#mentor/other-career.ts';
import { readOtherLanguages } from '#mentor/other-languages.ts';
import { readOtherTopics } from '#mentor/other-topic.ts';
import { retrieveForQuestion } from '#mentor/retrieve-for-question.ts';
import type { Retrieval } from '#mentor/retrieve-passages.ts';
import { rewriteQuestion } from '#mentor/rewrite-question.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { startScriptedModelServer } from './scripted-model-server.ts';

/** Who writes the answers: the embedded default, the model that follows a script, or what the settings name. */
export const writers = ['extractive', 'scripted', 'configured'] as const;

export type Writer = (typeof writers)[number];

/** The product as it is put together for people, with the built-in articles, in a folder of its own. */
export interface MentorUnderTest {
  /** What reports call the writer. */
  readonly writer: string;
  readonly core: Awaited<ReturnType<typeof openCore>>;
  readonly index: KnowledgeIndex;
  /** Asks once; rejects with a MentorError where the mentor does not answer. */
  ask(question: Question): Promise<Answer>;
  /** What the mentor would rest its answer on, by its own rewriting and without a helper model. */
  retrieve(question: Question): Promise<Retrieval>;
  close(): Promise<void>;
}

/** Opens the product with the articles published; `configured` reads the settings of the environment. */
export async function openMentorUnderTest(writer: Writer): Promise<MentorUnderTest> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'career-mentor-eval-'));
  const server = writer === 'scripted' ? await startScriptedModelServer() : undefined;
  const config = await configFor(writer, dataDirectory, server?.baseUrl);
  const core = await openCore(config, silentLogger);
  await core.publishBuiltInArticles();
  const { knowledgeDirectory } = config;
  const otherLanguages = readOtherLanguages(knowledgeDirectory);
  const retrievalDependencies = {
    index: core.index,
    ...(core.embeddings === undefined ? {} : { embeddings: core.embeddings }),
    expander: core.expander,
    otherCareers: readOtherCareers(join(knowledgeDirectory, 'other-careers.json')),
    isOtherTopic: readOtherTopics(join(knowledgeDirectory, 'other-topics.json')),
    now: () => new Date(),
  };
  return {
    writer: writer === 'configured' ? core.model.name : writer,
    core,
    index: core.index,
    async ask(question) {
      for await (const event of core.answerQuestion(question))
        if (event.type === 'answer') return event.answer;
      throw new Error('The mentor ended without an answer');
    },
    retrieve(question) {
      const rewritten = rewriteQuestion(question.text, question.history);
      const searchText = otherLanguages.searchTextOf(rewritten.text);
      const standalone = searchText === undefined ? rewritten : { ...rewritten, searchText };
      return retrieveForQuestion(standalone, question, retrievalDependencies, undefined);
    },
    async close() {
      await core.close();
      await server?.close();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function configFor(
  writer: Writer,
  dataDirectory: string,
  modelAddress: string | undefined,
): Promise<Config> {
  /** Every question is to be answered anew. */
  const own = { DATA_DIR: dataDirectory, ANSWER_CACHE_SECONDS: '0' };
  if (writer === 'configured') return readSettings({ ...readEnvironment(), ...own });
  return readConfig({
    ...own,
    ...(modelAddress === undefined
      ? {}
      : { OPENAI_BASE_URL: modelAddress, OPENAI_API_KEY: 'unused', OPENAI_MODEL: 'scripted' }),
  });
}
