import { join, resolve } from 'node:path';
import { MentorError } from '#errors.ts';
import { contradictionsIn } from './config/contradictions.ts';
import { type Settings, settingsSchema } from './config/settings-schema.ts';
import { type TelemetryConfig, telemetryOf } from './config/telemetry-settings.ts';

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
  /** Absent: the model runs in this process. */
  readonly server?: ModelServer;
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

/** The queue of turns, by a connection string or, with an identity, by the namespace's host. */
export type ServiceBusConfig =
  | { readonly connectionString: string; readonly namespace?: undefined }
  | { readonly namespace: string; readonly connectionString?: undefined };

export interface SlackConfig {
  readonly botToken: string;
  /** Absent: Slack cannot call this server, and only Socket Mode works. */
  readonly signingSecret?: string;
  /** For Socket Mode. */
  readonly appToken?: string;
  readonly apiUrl: string;
}

/** Who vouches for people. */
export interface SignInConfig {
  readonly issuer: string;
  readonly audience: string;
  /** Absent: the issuer's discovery document names it. */
  readonly jwksUri?: string;
  /** Where the issuer's discovery document is, if not where its name says. */
  readonly metadataUri?: string;
  /** The role that makes an administrator. */
  readonly adminRole: string;
  /** Absent: nobody can sign in on the pages. */
  readonly web?: {
    /** A public client, which has no secret. */
    readonly clientId: string;
    readonly scope: string;
    /** What this issuer wants to be told beside. */
    readonly parameters: Readonly<Record<string, string>>;
  };
}

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Where people reach the server, for links that leave it; without a trailing slash. */
  readonly publicUrl?: string;
  /** `web` takes turns and serves pages, `worker` runs turns, `all` does both. */
  readonly role: 'all' | 'web' | 'worker';
  readonly dataDirectory: string;
  /** Absent: a key of its own that each `dataDirectory` keeps. */
  readonly webChatSigningKey?: string;
  /** Absent: whoever reaches the server may call it. */
  readonly frontDoorId?: string;
  readonly knowledgeDirectory: string;
  readonly logLevel: string;
  readonly botFramework: {
    readonly appId: string;
    readonly appPassword: string;
    readonly appType: string;
    readonly tenantId: string;
  };
  /** How confidential answers are, as Teams and the page show it; absent, they say nothing about it. */
  readonly sensitivity?: { readonly name: string; readonly description?: string };
  /** Absent: answers are put together from the passages. */
  readonly model?: ModelConfig;
  /** Absent: full text, and what words mean. */
  readonly embeddings?: EmbeddingConfig;
  /** Length of the vectors in the index. */
  readonly embeddingDimensions: number;
  /** How long an answer may become. */
  readonly maxAnswerTokens: number;
  /** Left free in the model's window beside prompt and answer. */
  readonly reserveTokens: number;
  /** How long an answer serves others who ask the same; 0 for not at all. */
  readonly answerCacheSeconds: number;
  /** Absent, each of search, cosmos and storage: the data file in `dataDirectory`. */
  readonly search?: AzureSearchConfig;
  /** Absent: the cache is this process's memory. */
  readonly redisUrl?: string;
  readonly cosmos?: CosmosConfig;
  readonly storage?: AzureStorageConfig;
  /** Absent: turns wait in a file in `dataDirectory`. */
  readonly serviceBus?: ServiceBusConfig;
  /** Container of the storage account whose documents are ingested with the built-in articles. */
  readonly knowledgeContainer?: string;
  /** Absent: there is no Slack. */
  readonly slack?: SlackConfig;
  /** How many messages a minute one person may send; absent: as many as they like. */
  readonly messagesPerMinute?: number;
  /** How many tokens a day one person's answers may cost; absent: as many as they like. */
  readonly tokensPerDay?: number;
  /** The same for all people of one tenant together. */
  readonly tenantTokensPerDay?: number;
  /** Below it somebody is answered as a child, and nothing of them is kept. */
  readonly minimumAge: number;
  /** Absent: nobody can sign in, and the REST API answers this machine alone. */
  readonly signIn?: SignInConfig;
  /** After how many days without a word a conversation goes by itself; absent: it stays until it is deleted. */
  readonly retentionDays?: number;
  /** Origins that may embed the chat and call the server from a page. */
  readonly allowedOrigins: readonly string[];
  readonly telemetry: TelemetryConfig;
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
    role: settings.ROLE,
    dataDirectory: resolve(settings.DATA_DIR),
    ...(settings.WEB_CHAT_SIGNING_KEY !== undefined && {
      webChatSigningKey: settings.WEB_CHAT_SIGNING_KEY,
    }),
    ...(settings.FRONT_DOOR_ID !== undefined && { frontDoorId: settings.FRONT_DOOR_ID }),
    // The articles come with the program, wherever it is started from.
    knowledgeDirectory: resolve(settings.KNOWLEDGE_DIR ?? join(import.meta.dirname, 'knowledge')),
    logLevel: settings.LOG_LEVEL,
    botFramework: Object.freeze({
      appId: settings.MicrosoftAppId ?? '',
      appPassword: settings.MicrosoftAppPassword ?? '',
      /** The SDK demands an id as soon as a type is named. */
      appType: settings.MicrosoftAppId === undefined ? '' : settings.MicrosoftAppType,
      tenantId: settings.MicrosoftAppTenantId ?? '',
    }),
    ...(settings.SENSITIVITY_LABEL !== undefined && {
      sensitivity: Object.freeze({
        name: settings.SENSITIVITY_LABEL,
        ...(settings.SENSITIVITY_DESCRIPTION !== undefined && {
          description: settings.SENSITIVITY_DESCRIPTION,
        }),
      }),
    }),
    ...modelsOf(settings),
    ...(settings.REDIS_URL !== undefined && { redisUrl: settings.REDIS_URL }),
    embeddingDimensions: settings.EMBEDDING_DIMENSIONS,
    maxAnswerTokens: settings.MAX_ANSWER_TOKENS,
    reserveTokens: settings.RESERVE_TOKENS,
    answerCacheSeconds: settings.ANSWER_CACHE_SECONDS,
    ...rateLimitOf(settings),
    ...(settings.DAILY_TOKEN_BUDGET > 0 && { tokensPerDay: settings.DAILY_TOKEN_BUDGET }),
    ...(settings.DAILY_TOKEN_BUDGET_PER_TENANT > 0 && {
      tenantTokensPerDay: settings.DAILY_TOKEN_BUDGET_PER_TENANT,
    }),
    ...signInOf(settings),
    minimumAge: settings.MINIMUM_AGE,
    ...(settings.RETENTION_DAYS > 0 && { retentionDays: settings.RETENTION_DAYS }),
    ...azureStores(settings),
    ...serviceBusOf(settings),
    ...slackOf(settings),
    allowedOrigins: Object.freeze(settings.ALLOWED_ORIGINS),
    telemetry: telemetryOf(settings),
  });
}

function signInOf(settings: Settings): Pick<Config, 'signIn'> {
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, AUTH_JWKS_URI: jwksUri } = settings;
  const { AUTH_METADATA_URI: metadataUri, AUTH_WEB_CLIENT_ID: clientId } = settings;
  if (issuer === undefined || audience === undefined) return {};
  return {
    signIn: Object.freeze({
      issuer,
      audience,
      adminRole: settings.AUTH_ADMIN_ROLE,
      ...(jwksUri === undefined ? {} : { jwksUri }),
      ...(metadataUri === undefined ? {} : { metadataUri }),
      ...(clientId !== undefined && {
        web: Object.freeze({
          clientId,
          scope: settings.AUTH_WEB_SCOPE,
          parameters: Object.freeze(settings.AUTH_WEB_PARAMETERS),
        }),
      }),
    }),
  };
}

/** A person at their own machine, whom nobody else can reach, needs no protection from themselves. */
function rateLimitOf(settings: Settings): Pick<Config, 'messagesPerMinute'> {
  const { MicrosoftAppId, SLACK_BOT_TOKEN, AUTH_ISSUER, PUBLIC_URL } = settings;
  const isReachable = [MicrosoftAppId, SLACK_BOT_TOKEN, AUTH_ISSUER, PUBLIC_URL].some(
    (setting) => setting !== undefined,
  );
  const messagesPerMinute = settings.RATE_LIMIT_PER_MINUTE ?? (isReachable ? 60 : 0);
  return messagesPerMinute === 0 ? {} : { messagesPerMinute };
}

function slackOf(settings: Settings): Pick<Config, 'slack'> {
  if (settings.SLACK_BOT_TOKEN === undefined) return {};
  return {
    slack: Object.freeze({
      botToken: settings.SLACK_BOT_TOKEN,
      apiUrl: settings.SLACK_API_URL.replace(/\/*$/, '/'),
      ...(settings.SLACK_SIGNING_SECRET !== undefined && {
        signingSecret: settings.SLACK_SIGNING_SECRET,
      }),
      ...(settings.SLACK_APP_TOKEN !== undefined && { appToken: settings.SLACK_APP_TOKEN }),
    }),
  };
}

/** The address of a service switches it on. */
function azureStores(
  settings: Settings,
): Pick<Config, 'search' | 'cosmos' | 'storage' | 'knowledgeContainer'> {
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
        ...(settings.RETENTION_DAYS > 0 && { retentionDays: settings.RETENTION_DAYS }),
      }),
    }),
    ...storageOf(settings),
    ...(settings.AZURE_STORAGE_KNOWLEDGE_CONTAINER !== undefined && {
      knowledgeContainer: settings.AZURE_STORAGE_KNOWLEDGE_CONTAINER,
    }),
  };
}

function storageOf(settings: Settings): Pick<Config, 'storage'> {
  const connectionString = settings.AZURE_STORAGE_CONNECTION_STRING;
  if (connectionString !== undefined) return { storage: Object.freeze({ connectionString }) };
  const accountUrl = settings.AZURE_STORAGE_ACCOUNT_URL;
  return accountUrl === undefined ? {} : { storage: Object.freeze({ accountUrl }) };
}

function serviceBusOf(settings: Settings): Pick<Config, 'serviceBus'> {
  const connectionString = settings.SERVICE_BUS_CONNECTION;
  if (connectionString !== undefined) return { serviceBus: Object.freeze({ connectionString }) };
  const namespace = settings.SERVICE_BUS_NAMESPACE;
  return namespace === undefined ? {} : { serviceBus: Object.freeze({ namespace }) };
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
  const served = settings.AZURE_OPENAI_EMBEDDING_DEPLOYMENT ?? settings.OPENAI_EMBEDDING_MODEL;
  const embedding = served ?? settings.LOCAL_EMBEDDING_MODEL;
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
        ...(served !== undefined && {
          server: Object.freeze(
            settings.AZURE_OPENAI_EMBEDDING_DEPLOYMENT !== undefined ? azure : openAi,
          ),
        }),
        model: embedding,
        dimensions: settings.EMBEDDING_DIMENSIONS,
      }),
    }),
  };
}
