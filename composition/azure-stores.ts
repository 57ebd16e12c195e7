import type { Dependency } from '#api/health.ts';
import type { AzureStorageConfig, Config } from '#config.ts';
import { MentorError } from '#errors.ts';
import type { ActivityLog } from '#services/activity-log/port.ts';
import type { BotStateStorage } from '#services/bot-state/port.ts';
import type { ConversationStore } from '#services/conversations/port.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import type { Outbox } from '#services/outbox/outbox.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import type { Circuit } from '#services/resilience/circuit.ts';
import type { GuardOptions } from '#services/resilience/guard.ts';
import type { TranscriptStore } from '#services/transcripts/port.ts';

/** One Azure service with the stores in it, all behind one circuit. */
interface Opened<Stores> {
  readonly stores: Stores;
  readonly circuit: Circuit;
  readonly dependency: Dependency;
  close(): void;
}

/** How long one request to a service may take, whoever waits for it. */
const requestTimeoutMs = 30_000;

/** Somebody waits for most calls, and the turn can do without each; the slow ones have limits of their own. */
const storeGuard = {
  code: 'data-unavailable',
  timeoutMs: 3_000,
  firstRetryMs: 150,
  longestRetryMs: 2_000,
  /** Conflicts and ids that are unknown are answers. */
  requestStatuses: [400, 404, 409, 412, 413, 422],
} as const satisfies Partial<GuardOptions>;

/** Azure AI Search; the client itself tries nothing twice. */
export async function openAzureSearch({ search, embeddingDimensions }: Config): Promise<
  | Opened<{
      readonly index: KnowledgeIndex;
      prepareIndex(options?: { readonly recreate?: boolean }): Promise<void>;
    }>
  | undefined
> {
  if (search === undefined) return undefined;
  const [{ createAzureAiSearchIndex }, { withIndexResilience }, { createGuard }] =
    await Promise.all([
      import('#services/knowledge-index/azure-ai-search.ts'),
      import('#services/knowledge-index/with-resilience.ts'),
      import('#services/resilience/guard.ts'),
    ]);
  const index = createAzureAiSearchIndex({
    endpoint: search.endpoint,
    indexName: search.indexName,
    dimensions: embeddingDimensions,
    timeoutMs: requestTimeoutMs,
    retries: 0,
    allowInsecureConnection: search.endpoint.startsWith('http://'),
    ...(search.apiKey === undefined ? {} : { apiKey: search.apiKey }),
    ...(search.semanticConfiguration === undefined
      ? {}
      : { semanticConfiguration: search.semanticConfiguration }),
  });
  const guard = createGuard({
    ...storeGuard,
    name: 'search',
    setting: 'AZURE_SEARCH_ENDPOINT',
    code: 'search-unavailable',
    timeoutMs: 10_000,
  });
  return {
    stores: {
      index: withIndexResilience(index, guard),
      async prepareIndex(options) {
        await index.ensureIndex(options);
      },
    },
    circuit: guard.circuit,
    dependency: {
      name: 'knowledge-index',
      required: false,
      async check(signal) {
        const { passages } = await index.check({ signal });
        if (passages === 0)
          throw new MentorError('search-unavailable', 'the knowledge index holds no passages');
      },
    },
    close: () => {},
  };
}

/** Cosmos DB; where it throttles, only the guard tries again. */
export async function openAzureConversations(
  { cosmos }: Config,
  openOutbox: () => Promise<Outbox>,
): Promise<
  | Opened<{
      readonly conversations: ConversationStore;
      readonly profiles: ProfileStore;
      readonly activityLog: ActivityLog;
    }>
  | undefined
> {
  if (cosmos === undefined) return undefined;
  const [{ openCosmosDatabase }, { createGuard }, conversations, profiles, activityLog, outbox] =
    await Promise.all([
      import('#services/azure/cosmos-database.ts'),
      import('#services/resilience/guard.ts'),
      importConversations(),
      importProfiles(),
      importActivityLog(),
      openOutbox(),
    ]);
  const database = openCosmosDatabase({
    endpoint: cosmos.endpoint,
    databaseId: cosmos.databaseId,
    access: cosmos.key === undefined ? { credential: await openCredential() } : { key: cosmos.key },
    timeoutMs: requestTimeoutMs,
    throttleRetries: 0,
  });
  const guard = createGuard({
    ...storeGuard,
    name: 'cosmos',
    setting: 'AZURE_COSMOS_ENDPOINT',
    retries: 3,
    concurrency: 50,
    queue: 500,
  });
  const retention =
    cosmos.retentionDays === undefined ? {} : { retentionDays: cosmos.retentionDays };
  const plain = {
    conversations: conversations.createCosmosConversationStore(database, retention),
    profiles: profiles.createCosmosProfileStore(database),
    activityLog: activityLog.createCosmosActivityLog(database, retention),
  };
  return {
    stores: {
      conversations: conversations.withConversationOutbox(
        conversations.withConversationResilience(plain.conversations, guard),
        outbox,
      ),
      profiles: profiles.withProfileOutbox(
        profiles.withProfileResilience(plain.profiles, guard),
        outbox,
      ),
      activityLog: activityLog.withActivityLogOutbox(
        activityLog.withActivityLogResilience(plain.activityLog, guard),
        { outbox },
      ),
    },
    circuit: guard.circuit,
    dependency: {
      name: 'cosmos',
      required: false,
      async check() {
        await plain.profiles.get(healthKey);
      },
    },
    close: () => database.close(),
  };
}

/** Blob Storage; its client tries nothing twice. */
export async function openAzureFiles(
  { storage }: Config,
  openOutbox: () => Promise<Outbox>,
): Promise<
  Opened<{ readonly botState: BotStateStorage; readonly transcripts: TranscriptStore }> | undefined
> {
  if (storage === undefined) return undefined;
  const [botState, transcripts, { createGuard }, { createMemoryCache }, access, outbox] =
    await Promise.all([
      importBotState(),
      importTranscripts(),
      import('#services/resilience/guard.ts'),
      import('#services/cache/memory.ts'),
      openStorageAccess(storage),
      openOutbox(),
    ]);
  const guard = createGuard({
    ...storeGuard,
    name: 'blob-storage',
    setting:
      'connectionString' in storage
        ? 'AZURE_STORAGE_CONNECTION_STRING'
        : 'AZURE_STORAGE_ACCOUNT_URL',
  });
  const options = { access, timeoutMs: requestTimeoutMs };
  const plainState = botState.createBlobBotStateStorage(options);
  return {
    stores: {
      botState: botState.withBotStateOutbox(botState.withBotStateResilience(plainState, guard), {
        outbox,
        lastKnown: createMemoryCache(),
      }),
      transcripts: transcripts.withTranscriptOutbox(
        transcripts.withTranscriptResilience(transcripts.createBlobTranscriptStore(options), guard),
        outbox,
      ),
    },
    circuit: guard.circuit,
    dependency: {
      name: 'blob-storage',
      required: false,
      async check() {
        await plainState.read([healthKey]);
      },
    },
    close: () => {},
  };
}

/** Nobody has it: looking for it proves that the service answers, and reads nothing. */
const healthKey = 'health-check';

async function importConversations() {
  return {
    ...(await import('#services/conversations/azure-cosmos.ts')),
    ...(await import('#services/conversations/with-resilience.ts')),
    ...(await import('#services/conversations/with-outbox.ts')),
  };
}

async function importProfiles() {
  return {
    ...(await import('#services/profiles/azure-cosmos.ts')),
    ...(await import('#services/profiles/with-resilience.ts')),
    ...(await import('#services/profiles/with-outbox.ts')),
  };
}

async function importActivityLog() {
  return {
    ...(await import('#services/activity-log/azure-cosmos.ts')),
    ...(await import('#services/activity-log/with-resilience.ts')),
    ...(await import('#services/activity-log/with-outbox.ts')),
  };
}

async function importBotState() {
  return {
    ...(await import('#services/bot-state/azure-blobs.ts')),
    ...(await import('#services/bot-state/with-resilience.ts')),
    ...(await import('#services/bot-state/with-outbox.ts')),
  };
}

async function importTranscripts() {
  return {
    ...(await import('#services/transcripts/azure-blobs.ts')),
    ...(await import('#services/transcripts/with-resilience.ts')),
    ...(await import('#services/transcripts/with-outbox.ts')),
  };
}

/** How the storage account is reached: by its connection string, or with the program's identity. */
export async function openStorageAccess(storage: AzureStorageConfig) {
  if (storage.connectionString !== undefined) return { connectionString: storage.connectionString };
  return { accountUrl: storage.accountUrl, credential: await openCredential() };
}

/** The identity that the program runs under. */
export async function openCredential() {
  const { createAzureCredential } = await import('#services/azure/credential.ts');
  return createAzureCredential();
}
