import type { TokenCredential } from '@azure/identity';
import type { Config, ModelServer } from '#config.ts';
import type { Logger } from '#log.ts';
import type { Cache } from '#services/cache/port.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type { HelperModel, LanguageModel } from '#services/model/port.ts';
import type { Circuit } from '#services/resilience/circuit.ts';

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
}

/** The configured models and the cache, each guarded; what is not configured is not loaded. */
export async function openModels(config: Config, logger: Logger): Promise<Models> {
  const [generation, embeddings, cache] = await Promise.all([
    openModel(config),
    openEmbeddings(config),
    openCache(config, logger),
  ]);
  const { withEmbeddingCache } = await import('#services/embeddings/with-embedding-cache.ts');
  const guarded = [generation?.model, generation?.helper, embeddings, cache];
  return {
    model: generation?.model,
    helper: generation?.helper || undefined,
    articleEmbeddings: embeddings,
    questionEmbeddings: embeddings && withEmbeddingCache(embeddings, cache),
    cache,
    circuits: guarded.flatMap((part) => (part && 'circuit' in part ? [part.circuit] : [])),
  };
}

/** The helper is the fast model alone: rewriting and reranking by the one that answers would cost more time than they win. */
async function openModel({ model: settings }: Config) {
  if (settings === undefined) return undefined;
  const { server, model, fastModel, contextTokens } = settings;
  const [{ withResilience }, { withHelperResilience }] = await Promise.all([
    import('#services/model/with-resilience.ts'),
    import('#services/model/with-helper-resilience.ts'),
  ]);
  if (server.kind === 'openai') {
    const { createOpenAiModel, createOpenAiHelper } = await import('#services/model/openai.ts');
    const address = { ...server, timeoutMs };
    return {
      model: withResilience(createOpenAiModel({ ...address, model, contextTokens })),
      helper:
        fastModel &&
        withHelperResilience(
          createOpenAiHelper({ ...address, model: fastModel, modelSetting: 'OPENAI_FAST_MODEL' }),
        ),
    };
  }
  const { createAzureOpenAiModel, createAzureOpenAiHelper } = await import(
    '#services/model/azure-openai.ts'
  );
  const address = { ...server, access: await accessTo(server), timeoutMs };
  return {
    model: withResilience(createAzureOpenAiModel({ ...address, deployment: model, contextTokens })),
    helper:
      fastModel &&
      withHelperResilience(
        createAzureOpenAiHelper({
          ...address,
          deployment: fastModel,
          deploymentSetting: 'AZURE_OPENAI_FAST_DEPLOYMENT',
        }),
      ),
  };
}

async function openEmbeddings({ embeddings: settings }: Config) {
  if (settings === undefined) return undefined;
  const { server, model, dimensions } = settings;
  const { withEmbeddingResilience } = await import('#services/embeddings/with-resilience.ts');
  if (server.kind === 'openai') {
    const { createOpenAiEmbeddings } = await import('#services/embeddings/openai.ts');
    return withEmbeddingResilience(
      createOpenAiEmbeddings({ ...server, model, dimensions, timeoutMs }),
    );
  }
  const { createAzureOpenAiEmbeddings } = await import('#services/embeddings/azure-openai.ts');
  const access = await accessTo(server);
  return withEmbeddingResilience(
    createAzureOpenAiEmbeddings({ ...server, access, deployment: model, dimensions, timeoutMs }),
  );
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

async function openCache({ redisUrl }: Config, logger: Logger) {
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
