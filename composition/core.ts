import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withoutMinors } from '#bot/without-minors.ts';
import type { Config } from '#config.ts';
import { type PublishOptions, publishArticles } from '#ingestion/publish-articles.ts';
import { createLogger, type Logger } from '#log.ts';
import { readAge } from '#mentor/read-age.ts';
import { builtInArticles, type KnowledgeSource } from './knowledge-sources.ts';
import { openMentor } from './mentor.ts';
import { unobserved } from './observe.ts';
import { openStores } from './stores.ts';
import type { Instrumentation } from './telemetry.ts';

/** How old the number of articles may be that people are told. */
const countAgainMs = 10_000;

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
  const isUnderAge = (text: string) => (readAge(text) ?? Infinity) < config.minimumAge;
  let articleCount = 0;
  let countedAtMs = 0;
  const countArticles = async (): Promise<void> => {
    countedAtMs = Date.now();
    articleCount = (await index.listDocuments()).length;
  };
  /** What was remembered of the index is looked up anew. */
  const knowledgeChanged = async (): Promise<void> => {
    indexVersion.changed();
    await countArticles();
  };
  /** Makes the index hold exactly the documents of one source. */
  const publish = async (
    { source, ...how }: KnowledgeSource,
    options: Pick<PublishOptions, 'recreate' | 'onProgress'> = {},
  ) => {
    const report = await publishArticles(source, {
      ...how,
      ...options,
      index,
      ...(articleEmbeddings === undefined ? {} : { embeddings: articleEmbeddings }),
    });
    if (report.embeddingFailure !== undefined)
      logger.warn({ err: report.embeddingFailure }, 'articles were published for full text alone');
    await knowledgeChanged();
    return report;
  };
  return {
    config,
    logger,
    instrumentation,
    ...stores,
    ...shared,
    /** Whether somebody says that they are younger than the operator's minimum age. */
    isUnderAge,
    profiles: withoutMinors(stores.profiles, isUnderAge),
    dependencies: [...stores.dependencies, ...mentor.dependencies],
    circuits: [...stores.circuits, ...mentor.circuits],
    embeddings: articleEmbeddings,
    /** Three or four questions to begin with. */
    starters: z
      .array(z.string())
      .parse(JSON.parse(readFileSync(join(config.knowledgeDirectory, 'starters.json'), 'utf8'))),
    /** How many articles answers come from, as of a moment ago: another process may have ingested some. */
    articleCount() {
      if (Date.now() - countedAtMs > countAgainMs) countArticles().catch(() => undefined);
      return articleCount;
    },
    async close(): Promise<void> {
      await closeModels();
      await stores.close();
    },
    /** Brings the index up to date with the built-in articles; a bad article is named and the rest published. */
    async publishBuiltInArticles(): Promise<void> {
      await stores.prepareIndex();
      const report = await publish(builtInArticles(config));
      for (const { file, line, message } of report.refused)
        logger.warn({ file, line, problem: message }, 'an article was left out');
      const { added, changed, removed, unchanged } = report;
      logger.debug(
        { added: added.length, changed: changed.length, removed: removed.length, unchanged },
        'published the articles',
      );
    },
    publish,
    knowledgeChanged,
  };
}
