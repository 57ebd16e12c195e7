import { Agent } from 'node:https';
import {
  type Container,
  CosmosClient,
  type CosmosClientOptions,
  type Database,
} from '@azure/cosmos';
import type { TokenCredential } from '@azure/identity';
import { MentorError } from '#errors.ts';
import { cacheSuccess } from './cache-success.ts';
import { type CosmosContainer, createCosmosContainer } from './cosmos-container.ts';
import { cosmosService } from './service-settings.ts';
import { httpStatusOf, toStoreError } from './to-store-error.ts';
import { defaultTimeoutMs, withDeadline } from './with-deadline.ts';

export interface CosmosDatabaseOptions {
  readonly endpoint: string;
  /** The account's key, or the identity that has the role of a data contributor. */
  readonly access: { readonly key: string } | { readonly credential: TokenCredential };
  readonly databaseId: string;
  /** How long one call may take, its tries included. */
  readonly timeoutMs?: number;
  /** Further tries of a call that the service throttles, each after the wait it asks for; 0 where a wrapper does that. */
  readonly throttleRetries?: number;
}

export interface ContainerDefinition {
  readonly id: string;
  /** The property that all items of one partition share, such as `/userId`. */
  readonly partitionKeyPath: string;
  /** The properties that queries filter or sort by; everything else is left out of the index, which makes writes cheaper. */
  readonly indexedPaths: readonly string[];
  /** Whether items may say when they expire. */
  readonly expires: boolean;
}

/** One Cosmos DB database; the stores in it share one client and its connections. */
export interface CosmosDatabase {
  /** The container, which is created with the first call where it is missing. */
  container(definition: ContainerDefinition): CosmosContainer;
  close(): void;
}

/** Prepares a database, and asks nothing of the service before a store needs it. */
export function openCosmosDatabase(options: CosmosDatabaseOptions): CosmosDatabase {
  const { databaseId, timeoutMs = defaultTimeoutMs, throttleRetries = 3 } = options;
  const client = createClient(options, timeoutMs);
  const database = cacheSuccess(() => createDatabase(client, databaseId, timeoutMs));
  return {
    container: (definition) =>
      createCosmosContainer({
        id: definition.id,
        timeoutMs,
        throttleRetries,
        opened: cacheSuccess(async () =>
          createContainer(await database.get(), definition, timeoutMs),
        ),
      }),
    close: () => client.dispose(),
  };
}

/** What the architecture fixes: 50 connections, 30 s, 3 retries where the service throttles. */
export function cosmosClientOptions(
  {
    endpoint,
    access,
    throttleRetries = 3,
  }: Pick<CosmosDatabaseOptions, 'endpoint' | 'access' | 'throttleRetries'>,
  timeoutMs: number,
): CosmosClientOptions {
  return {
    endpoint,
    ...('key' in access ? { key: access.key } : { aadCredentials: access.credential }),
    connectionPolicy: {
      requestTimeout: timeoutMs,
      // With discovery on, the SDK asks an account that is down 120 times, once a second. The account's own address
      // follows its write region, so nothing is lost without.
      enableEndpointDiscovery: false,
      retryOptions: {
        maxRetryAttemptCount: throttleRetries,
        // None of our own: the service says how long to wait.
        fixedRetryIntervalInMilliseconds: 0,
        maxWaitTimeInSeconds: timeoutMs / 1_000,
      },
    },
    // An emulator without TLS keeps the SDK's own agent, the only one that it allows there.
    ...(endpoint.startsWith('https:') && {
      agent: new Agent({ keepAlive: true, maxSockets: 50, minVersion: 'TLSv1.2' }),
    }),
  };
}

function createClient(options: CosmosDatabaseOptions, timeoutMs: number): CosmosClient {
  try {
    return new CosmosClient(cosmosClientOptions(options, timeoutMs));
  } catch (error) {
    throw new MentorError('config-invalid', 'AZURE_COSMOS_ENDPOINT is not an address.', {
      cause: error,
    });
  }
}

/** An identity, unlike a key, may read and write data but create nothing; then the deployment has created it before. */
async function createDatabase(
  client: CosmosClient,
  databaseId: string,
  timeoutMs: number,
): Promise<Database> {
  return await createUnlessRaced(`opening the database "${databaseId}"`, async () => {
    const { database } = await withDeadline(timeoutMs, (abortSignal) =>
      client.databases.createIfNotExists({ id: databaseId }, { abortSignal }),
    );
    return database;
  });
}

async function createContainer(
  database: Database,
  definition: ContainerDefinition,
  timeoutMs: number,
): Promise<Container> {
  const { id, partitionKeyPath, indexedPaths, expires } = definition;
  return await createUnlessRaced(`opening the container "${id}"`, async () => {
    const { container, resource } = await withDeadline(timeoutMs, (abortSignal) =>
      database.containers.createIfNotExists(
        {
          id,
          partitionKey: { paths: [partitionKeyPath], version: 2 },
          // Only items that say so expire, so that a changed retention needs no change of the container.
          ...(expires && { defaultTtl: -1 }),
          indexingPolicy: {
            indexingMode: 'consistent',
            includedPaths: indexedPaths.map((path) => ({ path: `${path}/?` })),
            excludedPaths: [{ path: '/*' }],
          },
        },
        { abortSignal },
      ),
    );
    requirePartitionKey(definition, resource?.partitionKey?.paths);
    if (expires && resource && resource.defaultTtl === undefined)
      await withDeadline(timeoutMs, (abortSignal) =>
        container.replace({ ...resource, defaultTtl: -1 }, { abortSignal }),
      );
    return container;
  });
}

/** Two replicas that start at once both find nothing; the one that comes second reads what the first created. */
async function createUnlessRaced<Result>(
  doing: string,
  create: () => Promise<Result>,
): Promise<Result> {
  try {
    return await create().catch((error: unknown) => {
      if (httpStatusOf(error) === 409) return create();
      throw error;
    });
  } catch (error) {
    throw toStoreError(error, cosmosService, doing);
  }
}

function requirePartitionKey(
  { id, partitionKeyPath }: ContainerDefinition,
  paths: readonly string[] | undefined,
): void {
  if (paths?.length === 1 && paths[0] === partitionKeyPath) return;
  throw new MentorError(
    'data-unavailable',
    `The container "${id}" of AZURE_COSMOS_DATABASE is partitioned by ${paths?.join(', ')}, and this program needs ${partitionKeyPath}; point it at another database.`,
    { details: { setting: 'AZURE_COSMOS_DATABASE', isRetryable: false } },
  );
}
