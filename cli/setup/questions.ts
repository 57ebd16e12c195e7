import type { settingsSchema } from '#config/settings-schema.ts';

export type SettingName = keyof typeof settingsSchema.shape;

/** One setting that the setup asks for. */
export interface Question {
  readonly setting: SettingName;
  /** Ends without a mark: the answer stands behind it. */
  readonly words: string;
  /** Not shown while typing, nor afterwards. */
  readonly isSecret?: boolean;
  /** The group is of no use without it. */
  readonly isNeeded?: boolean;
  /** Asked only where this setting has a value. */
  readonly follows?: SettingName;
}

interface Group<Name extends string = string> {
  readonly name: Name;
  readonly words: string;
  readonly questions: readonly Question[];
}

const byIdentity = 'empty to use the managed identity, or whoever signed in with az login';

export type AnswerGroupName = 'passages' | 'openai' | 'azure-openai';

/** How answers are written; exactly one of these. */
export const answerGroups: readonly Group<AnswerGroupName>[] = [
  {
    name: 'passages',
    words: "from the articles' own sentences, without a language model",
    questions: [],
  },
  {
    name: 'openai',
    words: 'by OpenAI or a compatible server (Ollama, vLLM, llama.cpp)',
    questions: [
      { setting: 'OPENAI_BASE_URL', words: 'Address of the server, empty for OpenAI itself' },
      { setting: 'OPENAI_API_KEY', words: 'Its key, empty where it needs none', isSecret: true },
      {
        setting: 'OPENAI_MODEL',
        words: 'Model that writes the answers, such as gpt-4o',
        isNeeded: true,
      },
      {
        setting: 'OPENAI_FAST_MODEL',
        words: 'Smaller model for follow-ups and ordering, empty for none',
      },
      {
        setting: 'OPENAI_EMBEDDING_MODEL',
        words: 'Embedding model, empty for search by words alone',
      },
      {
        setting: 'EMBEDDING_DIMENSIONS',
        words: 'Length of its vectors, empty for 1536',
        follows: 'OPENAI_EMBEDDING_MODEL',
      },
    ],
  },
  {
    name: 'azure-openai',
    words: 'by Azure OpenAI',
    questions: [
      {
        setting: 'AZURE_OPENAI_ENDPOINT',
        words: 'Its endpoint, such as https://my-resource.openai.azure.com',
        isNeeded: true,
      },
      { setting: 'AZURE_OPENAI_API_KEY', words: `Its key, ${byIdentity}`, isSecret: true },
      {
        setting: 'AZURE_OPENAI_DEPLOYMENT',
        words: 'Deployment that writes the answers',
        isNeeded: true,
      },
      {
        setting: 'AZURE_OPENAI_FAST_DEPLOYMENT',
        words: 'Smaller deployment for follow-ups and ordering, empty for none',
      },
      {
        setting: 'AZURE_OPENAI_EMBEDDING_DEPLOYMENT',
        words: 'Deployment for embeddings, empty for search by words alone',
      },
      {
        setting: 'EMBEDDING_DIMENSIONS',
        words: 'Length of its vectors, empty for 1536',
        follows: 'AZURE_OPENAI_EMBEDDING_DEPLOYMENT',
      },
    ],
  },
];

/** Services that each replace an embedded part; any of these. */
export const serviceGroups: readonly Group[] = [
  {
    name: 'search',
    words: 'Azure AI Search, for the knowledge index',
    questions: [
      {
        setting: 'AZURE_SEARCH_ENDPOINT',
        words: 'Its endpoint, such as https://my-search.search.windows.net',
        isNeeded: true,
      },
      { setting: 'AZURE_SEARCH_API_KEY', words: `Its admin key, ${byIdentity}`, isSecret: true },
      { setting: 'AZURE_SEARCH_INDEX', words: 'Its index, empty for knowledge-base-index' },
    ],
  },
  {
    name: 'cosmos',
    words: 'Azure Cosmos DB, for conversations and profiles',
    questions: [
      {
        setting: 'AZURE_COSMOS_ENDPOINT',
        words: 'Its endpoint, such as https://my-account.documents.azure.com:443/',
        isNeeded: true,
      },
      { setting: 'AZURE_COSMOS_KEY', words: `Its key, ${byIdentity}`, isSecret: true },
      { setting: 'AZURE_COSMOS_DATABASE', words: 'Its database, empty for career-mentor' },
    ],
  },
  {
    name: 'storage',
    words: 'Azure Blob Storage, for bot state and transcripts',
    questions: [
      {
        setting: 'AZURE_STORAGE_CONNECTION_STRING',
        words: 'Its connection string, empty to use an identity',
        isSecret: true,
      },
      {
        setting: 'AZURE_STORAGE_ACCOUNT_URL',
        words:
          "With an identity: the account's address, such as https://myaccount.blob.core.windows.net",
      },
    ],
  },
  {
    name: 'redis',
    words: 'Redis, for the cache and the rate limits',
    questions: [
      {
        setting: 'REDIS_URL',
        words: 'Its address, such as rediss://:password@host:6380',
        isSecret: true,
        isNeeded: true,
      },
    ],
  },
  {
    name: 'key-vault',
    words: 'Azure Key Vault, for the secrets',
    questions: [
      {
        setting: 'AZURE_KEY_VAULT_URL',
        words: 'Its address, such as https://my-vault.vault.azure.net',
        isNeeded: true,
      },
    ],
  },
];

export const teamsQuestions: readonly Question[] = [
  {
    setting: 'MicrosoftAppId',
    words: 'App id of the bot in Azure, for Teams and other channels, empty for none',
  },
  {
    setting: 'MicrosoftAppType',
    words: 'Its type: SingleTenant, MultiTenant or UserAssignedMSI, empty for SingleTenant',
    follows: 'MicrosoftAppId',
  },
  {
    setting: 'MicrosoftAppPassword',
    words: 'Its client secret, empty for a managed identity or a key vault',
    isSecret: true,
    follows: 'MicrosoftAppId',
  },
  {
    setting: 'MicrosoftAppTenantId',
    words: 'Its tenant, empty for none',
    follows: 'MicrosoftAppId',
  },
];

/** Without a bot that checks who calls, the program listens on this machine alone. */
export const serverQuestions: readonly Question[] = [
  { setting: 'PORT', words: 'Port to listen on, empty for 3978' },
  {
    setting: 'HOST',
    words: 'Address to listen on, empty for this machine alone, 0.0.0.0 for all',
    follows: 'MicrosoftAppId',
  },
  {
    setting: 'PUBLIC_URL',
    words: 'Where people reach it, empty for the address it listens on',
    follows: 'MicrosoftAppId',
  },
];

/** Every question once, for the flags. */
export const allQuestions: readonly Question[] = [
  ...new Map(
    [
      ...[...answerGroups, ...serviceGroups].flatMap((group) => group.questions),
      ...teamsQuestions,
      ...serverQuestions,
    ].map((question) => [question.setting, question]),
  ).values(),
];
