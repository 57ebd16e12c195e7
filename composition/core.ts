import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withoutMinors } from '#bot/without-minors.ts';
import type { Config } from '#config.ts';
import { publishArticles } from '#ingestion/publish-articles.ts';
import { createLogger, type Logger } from '#log.ts';
import { readAge } from '#mentor/read-age.ts';
import { builtInArticles } from './knowledge-sources.ts';
import { openMentor } from './mentor.ts';
import { unobserved } from './observe.ts';
import { openStores } from './stores.ts';
import type { Instrumentation } from './telemetry.ts';

/** Everything but the ways in: stores, index, models and the mentor's pipeline. */
export type Core = Awaited<ReturnType<typeof openCore>>;

/** Opens the stores and wires the pipeline; loads neither Bot Framework nor a web server. */
export async function openCore(
  config: Config,
  logger: Logger = createLogger(config.logLevel),
  /** Absent where nobody reads what would be reported. */
  instrumentation?: Instrumentation,
) {
  const observe = instrumentation?.observe ?? unobserved;
  const stores = observe.stores(await openStores(config, logger));
  const { index } = stores;
  const mentor = await openMentor(config, stores, logger, observe);
  const { articleEmbeddings, indexVersion, closeModels, ...shared } = mentor;
  let articleCount = 0;
  return {
    config,
    logger,
    instrumentation,
    ...stores,
    ...shared,
    profiles: withoutMinors(stores.profiles, (text) => (readAge(text) ?? 99) < config.minimumAge),
    dependencies: [...stores.dependencies, ...mentor.dependencies],
    circuits: [...stores.circuits, ...mentor.circuits],
    embeddings: articleEmbeddings,
    /** Three or four questions to begin with. */
    starters: z
      .array(z.string())
      .parse(JSON.parse(readFileSync(join(config.knowledgeDirectory, 'starters.json'), 'utf8'))),
    /** How many articles answers come from just now. */
    articleCount: () => articleCount,
    async close(): Promise<void> {
      await closeModels();
      await stores.close();
    },
    /** Brings the index up to date with the built-in articles; a bad article is named and the rest published. */
    async publishBuiltInArticles(): Promise<void> {
      await stores.prepareIndex();
      const { source, ...articles } = builtInArticles(config);
      const report = await publishArticles(source, {
        ...articles,
        index,
        ...(articleEmbeddings === undefined ? {} : { embeddings: articleEmbeddings }),
      });
      for (const { file, line, message } of report.refused)
        logger.warn({ file, line, problem: message }, 'an article was left out');
      if (report.embeddingFailure !== undefined)
        logger.warn(
          { err: report.embeddingFailure },
          'articles were published for full text alone',
        );
      indexVersion.changed();
      articleCount = (await index.listDocuments()).length;
      const { added, changed, removed, unchanged } = report;
      logger.debug(
        { added: added.length, changed: changed.length, removed: removed.length, unchanged },
        'published the articles',
      );
    },
  };
}
