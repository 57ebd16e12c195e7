import { join } from 'node:path';
import type { Config } from '#config.ts';
import { publishArticles } from '#ingestion/publish-articles.ts';
import { createLogger, type Logger } from '#log.ts';
import { createAnswerQuestion } from '#mentor/answer-question.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { loadPrompts } from '#mentor/load-prompts.ts';
import { readScreeningRules } from '#mentor/screen-question.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { createExtractiveModel } from '#services/model/extractive.ts';
import type { LanguageModel } from '#services/model/port.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { createSqliteTranscriptStore } from '#services/transcripts/sqlite.ts';

/** GPT-4-class models answer best for this product with some freedom in the wording; fixed by the architecture. */
const temperature = 0.7;
const maxAnswerTokens = 1_000;
const modelTimeoutMs = 30_000;

/** Everything but the ways in: stores, index, models and the mentor's pipeline. */
export type Core = Awaited<ReturnType<typeof openCore>>;

/** Opens the stores and wires the pipeline; loads neither Bot Framework nor a web server. */
export async function openCore(config: Config, logger: Logger = createLogger(config.logLevel)) {
  const { database, keptAside } = openDatabase(join(config.dataDirectory, 'career-mentor.sqlite'));
  if (keptAside !== undefined)
    logger.error({ keptAside }, 'the data file was damaged; it was kept aside, and a new one begun');
  const index = createSqliteKnowledgeIndex(database);
  const taxonomy = readTaxonomy(config.knowledgeDirectory);
  const expander = createQueryExpander(taxonomy);
  const fallback = createExtractiveModel();
  const model = (await openModel(config)) ?? fallback;
  const embeddings = await openEmbeddings(config);
  const answerQuestion = createAnswerQuestion({
    index,
    ...(embeddings === undefined ? {} : { embeddings }),
    expander,
    model,
    fallback,
    screen: readScreeningRules(join(import.meta.dirname, 'mentor/screening-rules.json')),
    render: loadPrompts(join(import.meta.dirname, 'mentor/prompts')),
    countTokens: await openTokenCounter(model),
    roleName: (id) => taxonomy.roles.find((role) => role.id === id)?.name,
    newId: () => crypto.randomUUID(),
    temperature,
    maxAnswerTokens,
    elapsedMs: () => performance.now(),
    now: () => new Date(),
  });
  return {
    config,
    logger,
    database,
    index,
    taxonomy,
    expander,
    model,
    embeddings,
    answerQuestion,
    profiles: createSqliteProfileStore(database),
    conversations: createSqliteConversationStore(database),
    botState: createSqliteBotStateStorage(database),
    transcripts: createSqliteTranscriptStore(database),
    activityLog: createSqliteActivityLog(database),
    /** Brings the index up to date with the built-in articles; a bad article is named and the rest published. */
    async publishBuiltInArticles(): Promise<void> {
      const report = await publishArticles(join(config.knowledgeDirectory, 'articles'), {
        index,
        collection: 'articles',
        ...(embeddings === undefined ? {} : { embeddings }),
      });
      for (const { file, line, message } of report.refused)
        logger.warn({ file, line, problem: message }, 'an article was left out');
      if (report.embeddingFailure !== undefined)
        logger.warn({ err: report.embeddingFailure }, 'articles were published for full text alone');
      const { added, changed, removed, unchanged } = report;
      logger.debug(
        { added: added.length, changed: changed.length, removed: removed.length, unchanged },
        'published the articles',
      );
    },
    close(): void {
      database.close();
    },
  };
}

/** The configured language model, guarded; none where none is configured. */
async function openModel({ model }: Config): Promise<LanguageModel | undefined> {
  if (model === undefined) return undefined;
  const [{ createOpenAiModel }, { withResilience }] = await Promise.all([
    import('#services/model/openai.ts'),
    import('#services/model/with-resilience.ts'),
  ]);
  return withResilience(createOpenAiModel({ ...model, timeoutMs: modelTimeoutMs }));
}

async function openEmbeddings({ embeddings }: Config): Promise<EmbeddingModel | undefined> {
  if (embeddings === undefined) return undefined;
  const { createOpenAiEmbeddings } = await import('#services/embeddings/openai.ts');
  return createOpenAiEmbeddings({ ...embeddings, timeoutMs: modelTimeoutMs });
}

/** The tokenizer's tables are large: they load only for a model that has a window to fill. */
async function openTokenCounter(model: LanguageModel): Promise<(text: string) => number> {
  if (model.writes === 'from-passages') return (text) => Math.ceil(text.length / 4);
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  return (text) => countTokens(text);
}
