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
  OPENAI_EMBEDDING_MODEL: z.string().optional(),
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
  'AZURE_SEARCH_API_KEY',
  'AZURE_COSMOS_KEY',
  'AZURE_STORAGE_CONNECTION_STRING',
] as const satisfies (keyof typeof settingsSchema.shape)[];

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '::1']);

export interface ModelConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly contextTokens: number;
}

export interface EmbeddingConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
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
  /** Absent, each of the three: the data file in `dataDirectory`. */
  readonly search?: AzureSearchConfig;
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
  const namesServer =
    given['OPENAI_BASE_URL'] !== undefined || given['OPENAI_API_KEY'] !== undefined;
  const namesModel =
    given['OPENAI_MODEL'] !== undefined || given['OPENAI_EMBEDDING_MODEL'] !== undefined;
  if (namesServer && !namesModel)
    return [
      'OPENAI_MODEL: is needed with OPENAI_BASE_URL or OPENAI_API_KEY, for example OPENAI_MODEL=gpt-4o or, with Ollama, OPENAI_MODEL=llama3.1.',
    ];
  if (namesModel && !namesServer)
    return [
      'OPENAI_BASE_URL or OPENAI_API_KEY: one of them is needed with OPENAI_MODEL, for example OPENAI_BASE_URL=http://127.0.0.1:11434/v1 for Ollama.',
    ];
  return [];
}

function toConfig(settings: z.infer<typeof settingsSchema>): Config {
  const server = {
    baseUrl: settings.OPENAI_BASE_URL ?? openAiUrl,
    /** Local servers want some key and read none. */
    apiKey: settings.OPENAI_API_KEY ?? 'none',
  };
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
    ...(settings.OPENAI_MODEL === undefined
      ? {}
      : {
          model: Object.freeze({
            ...server,
            model: settings.OPENAI_MODEL,
            contextTokens: settings.OPENAI_CONTEXT_TOKENS,
          }),
        }),
    ...(settings.OPENAI_EMBEDDING_MODEL === undefined
      ? {}
      : {
          embeddings: Object.freeze({
            ...server,
            model: settings.OPENAI_EMBEDDING_MODEL,
            dimensions: settings.EMBEDDING_DIMENSIONS,
          }),
        }),
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
