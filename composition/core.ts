import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '#config.ts';
import { publishArticles } from '#ingestion/publish-articles.ts';
import { createLogger, type Logger } from '#log.ts';
import { createAnswerQuestion } from '#mentor/answer-question.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { loadPrompts } from '#mentor/load-prompts.ts';
import { readScreeningRules } from '#mentor/screen-question.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { createExtractiveModel } from '#services/model/extractive.ts';
import { openEmbeddings, openModel, openTokenCounter } from './models.ts';
import { openStores } from './stores.ts';

const root = join(import.meta.dirname, '..');

/** GPT-4-class models answer best for this product with some freedom in the wording; fixed by the architecture. */
const temperature = 0.7;
const maxAnswerTokens = 1_000;

/** Everything but the ways in: stores, index, models and the mentor's pipeline. */
export type Core = Awaited<ReturnType<typeof openCore>>;

/** Opens the stores and wires the pipeline; loads neither Bot Framework nor a web server. */
export async function openCore(config: Config, logger: Logger = createLogger(config.logLevel)) {
  const stores = await openStores(config, logger);
  const { index } = stores;
  const taxonomy = readTaxonomy(config.knowledgeDirectory);
  const expander = createQueryExpander(taxonomy);
  const screen = readScreeningRules(join(root, 'mentor/screening-rules.json'));
  const fallback = createExtractiveModel();
  const model = (await openModel(config)) ?? fallback;
  const embeddings = await openEmbeddings(config);
  const answerQuestion = createAnswerQuestion({
    index,
    ...(embeddings === undefined ? {} : { embeddings }),
    expander,
    model,
    fallback,
    screen,
    render: loadPrompts(join(root, 'mentor/prompts')),
    countTokens: await openTokenCounter(model),
    roleName: (id) => taxonomy.roles.find((role) => role.id === id)?.name,
    newId: () => crypto.randomUUID(),
    temperature,
    maxAnswerTokens,
    elapsedMs: () => performance.now(),
    now: () => new Date(),
  });
  let articleCount = 0;
  return {
    config,
    logger,
    ...stores,
    taxonomy,
    expander,
    model,
    embeddings,
    answerQuestion,
    screen,
    /** Three or four questions to begin with. */
    starters: z
      .array(z.string())
      .parse(JSON.parse(readFileSync(join(config.knowledgeDirectory, 'starters.json'), 'utf8'))),
    /** How many articles answers come from just now. */
    articleCount: () => articleCount,
    /** Brings the index up to date with the built-in articles; a bad article is named and the rest published. */
    async publishBuiltInArticles(): Promise<void> {
      await stores.prepareIndex();
      const report = await publishArticles(join(config.knowledgeDirectory, 'articles'), {
        index,
        collection: 'articles',
        ...(embeddings === undefined ? {} : { embeddings }),
      });
      for (const { file, line, message } of report.refused)
        logger.warn({ file, line, problem: message }, 'an article was left out');
      if (report.embeddingFailure !== undefined)
        logger.warn(
          { err: report.embeddingFailure },
          'articles were published for full text alone',
        );
      articleCount = (await index.listDocuments()).length;
      const { added, changed, removed, unchanged } = report;
      logger.debug(
        { added: added.length, changed: changed.length, removed: removed.length, unchanged },
        'published the articles',
      );
    },
  };
}
