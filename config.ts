import { resolve } from 'node:path';
import { MentorError } from '#errors.ts';
import { contradictionsIn } from './config/contradictions.ts';
import { type Settings, settingsSchema } from './config/settings-schema.ts';

/** Where a model is served. */
export type ModelServer =
  | { readonly kind: 'openai'; readonly baseUrl: string; readonly apiKey: string }
  | {
      readonly kind: 'azure-openai';
      readonly endpoint: string;
      readonly apiVersion: string;
      /** Absent: the identity the program runs under. */
      readonly apiKey?: string;
    };

export interface ModelConfig {
  readonly server: ModelServer;
  /** Name of the model, on Azure of its deployment. */
  readonly model: string;
  /** A smaller one for rewriting, reranking and summaries; absent, rules do what they can. */
  readonly fastModel?: string;
  readonly contextTokens: number;
}

export interface EmbeddingConfig {
  readonly server: ModelServer;
  readonly model: string;
  readonly dimensions: number;
}

export interface AzureSearchConfig {
  readonly endpoint: string;
  /** Absent: the identity the program runs under. */
  readonly apiKey?: string;
  readonly indexName: string;
  readonly semanticConfiguration?: string;
}

export interface CosmosConfig {
  readonly endpoint: string;
  /** Absent: the identity the program runs under. */
  readonly key?: string;
  readonly databaseId: string;
  readonly retentionDays?: number;
}

export type AzureStorageConfig =
  | { readonly connectionString: string; readonly accountUrl?: undefined }
  | { readonly accountUrl: string; readonly connectionString?: undefined };

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Where people reach the server, for links that leave it; without a trailing slash. */
  readonly publicUrl?: string;
  readonly dataDirectory: string;
  readonly knowledgeDirectory: string;
  readonly logLevel: string;
  readonly botFramework: {
    readonly appId: string;
    readonly appPassword: string;
    readonly appType: string;
    readonly tenantId: string;
  };
  /** Absent: answers are put together from the passages. */
  readonly model?: ModelConfig;
  /** Absent: full text alone. */
  readonly embeddings?: EmbeddingConfig;
  /** Length of the vectors in the index. */
  readonly embeddingDimensions: number;
  /** Absent, each of search, cosmos and storage: the data file in `dataDirectory`. */
  readonly search?: AzureSearchConfig;
  /** Absent: the cache is this process's memory. */
  readonly redisUrl?: string;
  readonly cosmos?: CosmosConfig;
  readonly storage?: AzureStorageConfig;
  /** Origins that may embed the chat and call the server from a page. */
  readonly allowedOrigins: readonly string[];
}

const openAiUrl = 'https://api.openai.com/v1';

/**
 * Reads the settings out of an environment into one frozen object. An empty value counts as absent. Throws one
 * MentorError `config-invalid` that lists every mistake, each with its cure.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settingsSchema.safeParse(given);
  const mistakes = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`);
  mistakes.push(...contradictionsIn(given));
  if (!parsed.success || mistakes.length > 0)
    throw new MentorError(
      'config-invalid',
      `The settings have ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes
        .map((mistake) => `  - ${mistake}`)
        .join('\n')}\nEach setting is explained in .env.example.`,
    );
  return toConfig(parsed.data);
}

function toConfig(settings: Settings): Config {
  return Object.freeze({
    port: settings.PORT,
    host: settings.HOST,
    ...(settings.PUBLIC_URL === undefined
      ? {}
      : { publicUrl: settings.PUBLIC_URL.replace(/\/+$/, '') }),
    dataDirectory: resolve(settings.DATA_DIR),
    knowledgeDirectory: resolve(settings.KNOWLEDGE_DIR),
    logLevel: settings.LOG_LEVEL,
    botFramework: Object.freeze({
      appId: settings.MicrosoftAppId ?? '',
      appPassword: settings.MicrosoftAppPassword ?? '',
      /** The SDK demands an id as soon as a type is named. */
      appType: settings.MicrosoftAppId === undefined ? '' : settings.MicrosoftAppType,
      tenantId: settings.MicrosoftAppTenantId ?? '',
    }),
    ...modelsOf(settings),
    ...(settings.REDIS_URL !== undefined && { redisUrl: settings.REDIS_URL }),
    embeddingDimensions: settings.EMBEDDING_DIMENSIONS,
    ...azureStores(settings),
    allowedOrigins: Object.freeze(settings.ALLOWED_ORIGINS),
  });
}

/** The address of a service switches it on. */
function azureStores(settings: Settings): Pick<Config, 'search' | 'cosmos' | 'storage'> {
  return {
    ...(settings.AZURE_SEARCH_ENDPOINT !== undefined && {
      search: Object.freeze({
        endpoint: settings.AZURE_SEARCH_ENDPOINT,
        indexName: settings.AZURE_SEARCH_INDEX,
        ...(settings.AZURE_SEARCH_API_KEY !== undefined && {
          apiKey: settings.AZURE_SEARCH_API_KEY,
        }),
        ...(settings.AZURE_SEARCH_SEMANTIC_CONFIGURATION !== undefined && {
          semanticConfiguration: settings.AZURE_SEARCH_SEMANTIC_CONFIGURATION,
        }),
      }),
    }),
    ...(settings.AZURE_COSMOS_ENDPOINT !== undefined && {
      cosmos: Object.freeze({
        endpoint: settings.AZURE_COSMOS_ENDPOINT,
        databaseId: settings.AZURE_COSMOS_DATABASE,
        ...(settings.AZURE_COSMOS_KEY !== undefined && { key: settings.AZURE_COSMOS_KEY }),
        ...(settings.RETENTION_DAYS !== undefined && { retentionDays: settings.RETENTION_DAYS }),
      }),
    }),
    ...storageOf(settings),
  };
}

function storageOf(settings: Settings): Pick<Config, 'storage'> {
  const connectionString = settings.AZURE_STORAGE_CONNECTION_STRING;
  if (connectionString !== undefined) return { storage: Object.freeze({ connectionString }) };
  const accountUrl = settings.AZURE_STORAGE_ACCOUNT_URL;
  return accountUrl === undefined ? {} : { storage: Object.freeze({ accountUrl }) };
}

/** OpenAI's settings and Azure's may be mixed: the answers from one, the embeddings from the other. */
function modelsOf(settings: Settings): Pick<Config, 'model' | 'embeddings'> {
  const openAi: ModelServer = {
    kind: 'openai',
    baseUrl: settings.OPENAI_BASE_URL ?? openAiUrl,
    /** Local servers want some key and read none. */
    apiKey: settings.OPENAI_API_KEY ?? 'none',
  };
  const azure: ModelServer = {
    kind: 'azure-openai',
    endpoint: settings.AZURE_OPENAI_ENDPOINT ?? '',
    apiVersion: settings.OPENAI_API_VERSION,
    ...(settings.AZURE_OPENAI_API_KEY !== undefined && { apiKey: settings.AZURE_OPENAI_API_KEY }),
  };
  const usesAzure = settings.AZURE_OPENAI_DEPLOYMENT !== undefined;
  const model = settings.AZURE_OPENAI_DEPLOYMENT ?? settings.OPENAI_MODEL;
  const fastModel = usesAzure ? settings.AZURE_OPENAI_FAST_DEPLOYMENT : settings.OPENAI_FAST_MODEL;
  const embedding = settings.AZURE_OPENAI_EMBEDDING_DEPLOYMENT ?? settings.OPENAI_EMBEDDING_MODEL;
  return {
    ...(model !== undefined && {
      model: Object.freeze({
        server: Object.freeze(usesAzure ? azure : openAi),
        model,
        contextTokens: settings.OPENAI_CONTEXT_TOKENS,
        ...(fastModel !== undefined && { fastModel }),
      }),
    }),
    ...(embedding !== undefined && {
      embeddings: Object.freeze({
        server: Object.freeze(
          settings.AZURE_OPENAI_EMBEDDING_DEPLOYMENT !== undefined ? azure : openAi,
        ),
        model: embedding,
        dimensions: settings.EMBEDDING_DIMENSIONS,
      }),
    }),
  };
}
