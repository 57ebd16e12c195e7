import { openCredential, openStorageAccess } from '#composition/azure-stores.ts';
import type { AzureSearchConfig, AzureStorageConfig, Config, CosmosConfig } from '#config.ts';
import { type Check, type Finding, hostOf } from './check.ts';

/** The configured stores, each asked by calls that only read. */
export function storeChecks(config: Config, timeoutMs: number): Check[] {
  const { search, cosmos, storage, redisUrl } = config;
  return [
    ...(search === undefined ? [] : [searchCheck(search, config.embeddingDimensions, timeoutMs)]),
    ...(cosmos === undefined ? [] : [cosmosCheck(cosmos, timeoutMs)]),
    ...(storage === undefined ? [] : [blobCheck(storage, timeoutMs)]),
    ...(redisUrl === undefined ? [] : [redisCheck(redisUrl)]),
  ];
}

function searchCheck(search: AzureSearchConfig, dimensions: number, timeoutMs: number): Check {
  const { endpoint, indexName } = search;
  return {
    name: 'Azure AI Search',
    tried: `the fields and passages of the index ${indexName} at ${hostOf(endpoint)}`,
    setting: 'AZURE_SEARCH_ENDPOINT',
    address: endpoint,
    async run(signal) {
      const { createAzureAiSearchIndex } = await import(
        '#services/knowledge-index/azure-ai-search.ts'
      );
      const index = createAzureAiSearchIndex({
        ...search,
        dimensions,
        timeoutMs,
        retries: 0,
        allowInsecureConnection: endpoint.startsWith('http://'),
      });
      const state = await index.inspect({ signal });
      const setting = 'AZURE_SEARCH_INDEX';
      if (state === 'missing')
        return {
          status: 'warning',
          message: `there is no index ${indexName} yet; the first start makes it. If there should be one, check ${setting}.`,
          setting,
        };
      const { passages } = await index.check({ signal });
      const found = `${passages.toLocaleString('en')} passages`;
      return state === 'complete'
        ? { status: 'ok', message: `${found}, vectors of ${dimensions} dimensions` }
        : {
            status: 'warning',
            message: `${found}, and fields of this version are lacking; the next start adds them.`,
            setting,
          };
    },
  };
}

function cosmosCheck({ endpoint, key, databaseId }: CosmosConfig, timeoutMs: number): Check {
  const setting = 'AZURE_COSMOS_DATABASE';
  return {
    name: 'Azure Cosmos DB',
    tried: `the database ${databaseId} at ${hostOf(endpoint)}`,
    setting: 'AZURE_COSMOS_ENDPOINT',
    address: endpoint,
    async run() {
      const { hasCosmosDatabase } = await import('#services/azure/check-cosmos-database.ts');
      const access = key === undefined ? { credential: await openCredential() } : { key };
      if (await hasCosmosDatabase({ endpoint, databaseId, access, timeoutMs }))
        return { status: 'ok', message: 'it can be read' };
      /** An identity may read and write data, and create nothing. */
      return key === undefined
        ? {
            status: 'failed',
            message: `there is no database ${databaseId}, and an identity cannot create it; deploy it, or check ${setting}.`,
            setting,
          }
        : {
            status: 'warning',
            message: `there is no database ${databaseId} yet; the first start makes it. If there should be one, check ${setting}.`,
            setting,
          };
    },
  };
}

/** The containers of bot state and transcripts, by the names that their stores give them. */
const containerNames = ['bot-state', 'transcripts'];

function blobCheck(storage: AzureStorageConfig, timeoutMs: number): Check {
  const address = storage.accountUrl ?? blobAddressOf(storage.connectionString);
  return {
    name: 'Azure Blob Storage',
    tried: `the containers ${containerNames.join(' and ')} at ${hostOf(address ?? '')}`,
    setting:
      storage.accountUrl === undefined
        ? 'AZURE_STORAGE_CONNECTION_STRING'
        : 'AZURE_STORAGE_ACCOUNT_URL',
    ...(address === undefined ? {} : { address }),
    async run(): Promise<Finding> {
      const { openBlobContainer } = await import('#services/azure/blob-container.ts');
      const access = await openStorageAccess(storage);
      const found = await Promise.all(
        containerNames.map((containerName) =>
          openBlobContainer({ access, containerName, timeoutMs, mustExist: true }).run(
            'looking for',
            (container, abortSignal) => container.exists({ abortSignal }),
          ),
        ),
      );
      const message = found.every(Boolean)
        ? 'they can be read'
        : 'the account can be read; the first start makes what is missing';
      return { status: 'ok', message };
    },
  };
}

/** A connection string names the address, or the account and the end of its addresses. */
function blobAddressOf(connectionString: string): string | undefined {
  const part = (name: string) =>
    new RegExp(`(?:^|;)\\s*${name}=([^;]+)`, 'i').exec(connectionString)?.[1];
  const account = part('AccountName');
  if (account === undefined) return part('BlobEndpoint');
  const suffix = part('EndpointSuffix') ?? 'core.windows.net';
  return part('BlobEndpoint') ?? `https://${account}.blob.${suffix}`;
}

function redisCheck(url: string): Check {
  return {
    name: 'Redis',
    tried: `a ping to ${hostOf(url)}`,
    setting: 'REDIS_URL',
    address: url,
    async run() {
      const { openRedis } = await import('#services/redis/open-redis.ts');
      const logger = { info() {}, warn() {} };
      const redis = openRedis({ url, logger, name: 'redis', without: 'it' });
      try {
        await redis.ask((client) => client.ping());
        return { status: 'ok', message: 'it answers' };
      } finally {
        await redis.close();
      }
    },
  };
}
