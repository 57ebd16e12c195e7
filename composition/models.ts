import { join } from 'node:path';
import type { TokenCredential } from '@azure/identity';
import type { Dependency } from '#api/health.ts';
import type { Config, EmbeddingConfig, ModelConfig, ModelServer } from '#config.ts';
import type { Logger } from '#log.ts';
import type { Cache } from '#services/cache/port.ts';
import type { RedisCache } from '#services/cache/redis.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type { HelperModel, LanguageModel } from '#services/model/port.ts';
import type { ConnectionPool } from '#services/openai/connection-pool.ts';
import type { Circuit } from '#services/resilience/circuit.ts';
import { type Observe, unobserved } from './observe.ts';

/** How long a server may take to begin its answer. */
const timeoutMs = 30_000;

export interface Models {
  /** None where none is configured: answers then come from the passages. */
  readonly model: LanguageModel | undefined;
  readonly helper: HelperModel | undefined;
  /** For questions, with the cache; for articles, whose texts do not come again, without. */
  readonly questionEmbeddings: EmbeddingModel | undefined;
  readonly articleEmbeddings: EmbeddingModel | undefined;
  readonly cache: Cache;
  readonly circuits: readonly Circuit[];
  /** What can be asked cheaply whether it is there. */
  readonly dependencies: readonly Dependency[];
  close(): Promise<void>;
}

/** The models as they are, on shared connections, without anything that tries again or gives up. */
export interface PlainModels {
  readonly model: LanguageModel | undefined;
  readonly helper: HelperModel | undefined;
  readonly embeddings: EmbeddingModel | undefined;
  close(): Promise<void>;
}

/** The configured models and the cache, each guarded; what is not configured is not loaded. */
export async function openModels(
  config: Config,
  logger: Logger,
  observe: Observe = unobserved,
): Promise<Models> {
  const [plain, plainCache] = await Promise.all([
    openPlainModels(config),
    openCache(config, logger),
  ]);
  const cache = observe.cache(plainCache);
  const server = config.model?.server;
  const [model, helper, embeddings] = await Promise.all([
    guardModel(observe.model(plain.model, server), addressSettingOf(server)),
    guardHelper(observe.helper(plain.helper, server), addressSettingOf(server)),
    guardEmbeddings(
      observe.embeddings(plain.embeddings, config.embeddings?.server),
      config.embeddings !== undefined && config.embeddings.server === undefined
        ? 'LOCAL_EMBEDDING_MODEL'
        : addressSettingOf(config.embeddings?.server),
    ),
  ]);
  const { withEmbeddingCache } = await import('#services/embeddings/with-embedding-cache.ts');
  const guarded = [model, helper, embeddings, cache];
  return {
    model,
    helper,
    articleEmbeddings: embeddings,
    questionEmbeddings: embeddings && withEmbeddingCache(embeddings, cache),
    cache,
    circuits: guarded.flatMap((part) => (part?.circuit ? [part.circuit] : [])),
    dependencies: cache.check ? [{ name: 'redis', required: false, check: cache.check }] : [],
    async close() {
      await Promise.all([plain.close(), cache.close()]);
    },
  };
}

/** The configured models; asks nothing of their servers. */
export async function openPlainModels({
  model,
  embeddings,
  dataDirectory,
}: Config): Promise<PlainModels> {
  if (model === undefined && embeddings === undefined)
    return { model: undefined, helper: undefined, embeddings: undefined, close: async () => {} };
  const { createConnectionPool } = await import('#services/openai/connection-pool.ts');
  const pool = createConnectionPool();
  const generation = model && (await createModels(model, pool));
  return {
    model: generation?.model,
    helper: generation?.helper,
    embeddings: embeddings && (await createEmbeddings(embeddings, pool, dataDirectory)),
    close: pool.close,
  };
}

/** The helper is the fast model alone: rewriting and reranking by the one that answers would cost more time than they win. */
async function createModels(
  { server, model, fastModel, contextTokens }: ModelConfig,
  { fetch }: ConnectionPool,
): Promise<Pick<PlainModels, 'model' | 'helper'>> {
  if (server.kind === 'openai') {
    const { createOpenAiModel, createOpenAiHelper } = await import('#services/model/openai.ts');
    const address = { ...server, timeoutMs, fetch };
    return {
      model: createOpenAiModel({ ...address, model, contextTokens }),
      helper:
        fastModel === undefined
          ? undefined
          : createOpenAiHelper({ ...address, model: fastModel, modelSetting: 'OPENAI_FAST_MODEL' }),
    };
  }
  const { createAzureOpenAiModel, createAzureOpenAiHelper } = await import(
    '#services/model/azure-openai.ts'
  );
  const address = { ...server, access: await accessTo(server), timeoutMs, fetch };
  return {
    model: createAzureOpenAiModel({ ...address, deployment: model, contextTokens }),
    helper:
      fastModel === undefined
        ? undefined
        : createAzureOpenAiHelper({
            ...address,
            deployment: fastModel,
            deploymentSetting: 'AZURE_OPENAI_FAST_DEPLOYMENT',
          }),
  };
}

async function createEmbeddings(
  { server, model, dimensions }: EmbeddingConfig,
  { fetch }: ConnectionPool,
  dataDirectory: string,
): Promise<EmbeddingModel> {
  if (server === undefined) {
    const { createLocalEmbeddings } = await import('#services/embeddings/local.ts');
    return createLocalEmbeddings({ model, dimensions, cacheFolder: join(dataDirectory, 'models') });
  }
  const common = { dimensions, timeoutMs, fetch };
  if (server.kind === 'openai') {
    const { createOpenAiEmbeddings } = await import('#services/embeddings/openai.ts');
    return createOpenAiEmbeddings({ ...server, ...common, model });
  }
  const { createAzureOpenAiEmbeddings } = await import('#services/embeddings/azure-openai.ts');
  const access = await accessTo(server);
  return createAzureOpenAiEmbeddings({ ...server, ...common, access, deployment: model });
}

/** What an operator looks at when a server fails. */
function addressSettingOf(server: ModelServer | undefined): string {
  return server?.kind === 'azure-openai' ? 'AZURE_OPENAI_ENDPOINT' : 'OPENAI_BASE_URL';
}

async function guardModel(model: LanguageModel | undefined, setting: string) {
  if (model === undefined) return undefined;
  const { withResilience } = await import('#services/model/with-resilience.ts');
  return withResilience(model, { setting });
}

async function guardHelper(helper: HelperModel | undefined, setting: string) {
  if (helper === undefined) return undefined;
  const { withHelperResilience } = await import('#services/model/with-helper-resilience.ts');
  return withHelperResilience(helper, { setting });
}

async function guardEmbeddings(embeddings: EmbeddingModel | undefined, setting: string) {
  if (embeddings === undefined) return undefined;
  const { withEmbeddingResilience } = await import('#services/embeddings/with-resilience.ts');
  return withEmbeddingResilience(embeddings, { setting });
}

async function accessTo({
  apiKey,
}: Extract<ModelServer, { kind: 'azure-openai' }>): Promise<
  { apiKey: string } | { credential: TokenCredential }
> {
  if (apiKey !== undefined) return { apiKey };
  const { createAzureCredential } = await import('#services/azure/credential.ts');
  return { credential: createAzureCredential() };
}

async function openCache(
  { redisUrl }: Config,
  logger: Logger,
): Promise<Cache & Partial<RedisCache>> {
  if (redisUrl === undefined) {
    const { createMemoryCache } = await import('#services/cache/memory.ts');
    return createMemoryCache();
  }
  const { createRedisCache } = await import('#services/cache/redis.ts');
  return createRedisCache({ url: redisUrl, logger });
}

/** The tokenizer's tables are large: they load only for a model that has a window to fill. */
export async function openTokenCounter(model: LanguageModel): Promise<(text: string) => number> {
  if (model.writes === 'from-passages') return (text) => Math.ceil(text.length / 4);
  const counter = await import('#services/model/open-token-counter.ts');
  return counter.openTokenCounter(model.name);
}
