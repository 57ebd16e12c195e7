import { resolve } from 'node:path';
import { z } from 'zod';
import { MentorError } from '#errors.ts';

/** A whole number in digits, without JavaScript's other spellings such as `1e3`. */
function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+$/, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error));
}

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an address that begins with http:// or https://',
});
const originsError =
  'must be origins such as https://example.org, without a path, separated by commas';
const originList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== ''))
  .pipe(
    z.array(
      z
        .url({ protocol: /^https?$/, error: originsError })
        .transform((url) => new URL(url))
        .refine((url) => url.pathname === '/' && url.search === '', originsError)
        .transform((url) => url.origin),
    ),
  );

/** Every setting with its meaning's type and default; .env.example lists the same names for people. */
export const settingsSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3_978),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: httpUrl.optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  KNOWLEDGE_DIR: z.string().min(1).default('./knowledge'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  MicrosoftAppId: z.string().optional(),
  MicrosoftAppPassword: z.string().optional(),
  MicrosoftAppType: z
    .enum(['SingleTenant', 'MultiTenant', 'UserAssignedMSI'])
    .default('SingleTenant'),
  MicrosoftAppTenantId: z.string().optional(),
  OPENAI_BASE_URL: httpUrl.optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_MODEL: z.string().optional(),
  OPENAI_FAST_MODEL: z.string().optional(),
  OPENAI_EMBEDDING_MODEL: z.string().optional(),
  AZURE_OPENAI_ENDPOINT: httpUrl.optional(),
  AZURE_OPENAI_API_KEY: z.string().optional(),
  OPENAI_API_VERSION: z.string().default('2024-10-21'),
  AZURE_OPENAI_DEPLOYMENT: z.string().optional(),
  AZURE_OPENAI_FAST_DEPLOYMENT: z.string().optional(),
  AZURE_OPENAI_EMBEDDING_DEPLOYMENT: z.string().optional(),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must begin with redis:// or rediss://' })
    .optional(),
  OPENAI_CONTEXT_TOKENS: wholeNumber(2_000, 10_000_000).default(16_000),
  EMBEDDING_DIMENSIONS: wholeNumber(1, 4_096).default(1_536),
  AZURE_SEARCH_ENDPOINT: httpUrl.optional(),
  AZURE_SEARCH_API_KEY: z.string().optional(),
  AZURE_SEARCH_INDEX: z.string().default('knowledge-base-index'),
  AZURE_SEARCH_SEMANTIC_CONFIGURATION: z.string().optional(),
  AZURE_COSMOS_ENDPOINT: httpUrl.optional(),
  AZURE_COSMOS_KEY: z.string().optional(),
  AZURE_COSMOS_DATABASE: z.string().default('career-mentor'),
  RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  AZURE_STORAGE_CONNECTION_STRING: z.string().optional(),
  AZURE_STORAGE_ACCOUNT_URL: httpUrl.optional(),
  AZURE_KEY_VAULT_URL: httpUrl.optional(),
  ALLOWED_ORIGINS: originList.default([]),
});

/** Settings that may come out of a key vault instead of the environment. */
export const secretSettings = [
  'MicrosoftAppPassword',
  'OPENAI_API_KEY',
  'AZURE_OPENAI_API_KEY',
  'REDIS_URL',
  'AZURE_SEARCH_API_KEY',
  'AZURE_COSMOS_KEY',
  'AZURE_STORAGE_CONNECTION_STRING',
] as const satisfies (keyof typeof settingsSchema.shape)[];

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '::1']);

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

type Given = Readonly<Record<string, string | undefined>>;

/** Mistakes that no single setting shows. */
function contradictionsIn(given: Given): string[] {
  return [...botFrameworkContradictions(given), ...modelContradictions(given)];
}

function botFrameworkContradictions(given: Given): string[] {
  const host = given['HOST'] ?? '127.0.0.1';
  if (given['MicrosoftAppId'] === undefined)
    return loopbackHosts.has(host)
      ? []
      : [
          `HOST: ${host} is reachable from other machines, but without MicrosoftAppId the bot accepts unsigned calls. Set MicrosoftAppId, or leave HOST at 127.0.0.1.`,
        ];
  if (given['MicrosoftAppType'] === 'UserAssignedMSI') return [];
  const mistakes: string[] = [];
  if (given['MicrosoftAppPassword'] === undefined)
    mistakes.push(
      'MicrosoftAppPassword: is needed with MicrosoftAppId, unless MicrosoftAppType is UserAssignedMSI.',
    );
  if (given['MicrosoftAppType'] !== 'MultiTenant' && given['MicrosoftAppTenantId'] === undefined)
    mistakes.push('MicrosoftAppTenantId: is needed for a single-tenant MicrosoftAppId.');
  return mistakes;
}

function modelContradictions(given: Given): string[] {
  const has = (...names: string[]) => names.some((name) => given[name] !== undefined);
  const openAi = {
    server: ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
    model: ['OPENAI_MODEL', 'OPENAI_EMBEDDING_MODEL'],
  };
  const azure = {
    server: ['AZURE_OPENAI_ENDPOINT'],
    model: ['AZURE_OPENAI_DEPLOYMENT', 'AZURE_OPENAI_EMBEDDING_DEPLOYMENT'],
  };
  const mistakes: string[] = [];
  if (has(...openAi.server) && !has(...openAi.model))
    mistakes.push(
      'OPENAI_MODEL: is needed with OPENAI_BASE_URL or OPENAI_API_KEY, for example OPENAI_MODEL=gpt-4o or, with Ollama, OPENAI_MODEL=llama3.1.',
    );
  if (has(...openAi.model) && !has(...openAi.server))
    mistakes.push(
      'OPENAI_BASE_URL or OPENAI_API_KEY: one of them is needed with OPENAI_MODEL, for example OPENAI_BASE_URL=http://127.0.0.1:11434/v1 for Ollama.',
    );
  if (has(...azure.server) && !has(...azure.model))
    mistakes.push(
      'AZURE_OPENAI_DEPLOYMENT: is needed with AZURE_OPENAI_ENDPOINT: the name of the deployment that writes the answers.',
    );
  if (has(...azure.model, 'AZURE_OPENAI_API_KEY') && !has(...azure.server))
    mistakes.push(
      'AZURE_OPENAI_ENDPOINT: is needed with the other AZURE_OPENAI settings, for example https://my-resource.openai.azure.com.',
    );
  if (has('OPENAI_MODEL') && has('AZURE_OPENAI_DEPLOYMENT'))
    mistakes.push(
      'OPENAI_MODEL and AZURE_OPENAI_DEPLOYMENT: only one model can write the answers; remove one of them.',
    );
  return mistakes;
}

function toConfig(settings: z.infer<typeof settingsSchema>): Config {
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
function azureStores(
  settings: z.infer<typeof settingsSchema>,
): Pick<Config, 'search' | 'cosmos' | 'storage'> {
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

function storageOf(settings: z.infer<typeof settingsSchema>): Pick<Config, 'storage'> {
  const connectionString = settings.AZURE_STORAGE_CONNECTION_STRING;
  if (connectionString !== undefined) return { storage: Object.freeze({ connectionString }) };
  const accountUrl = settings.AZURE_STORAGE_ACCOUNT_URL;
  return accountUrl === undefined ? {} : { storage: Object.freeze({ accountUrl }) };
}

/** OpenAI's settings and Azure's may be mixed: the answers from one, the embeddings from the other. */
function modelsOf(settings: z.infer<typeof settingsSchema>): Pick<Config, 'model' | 'embeddings'> {
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
