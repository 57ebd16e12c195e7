import { join } from 'node:path';
import type { Dependency } from '#api/health.ts';
import type { AzureStorageConfig, Config } from '#config.ts';
import type { Logger } from '#log.ts';
import type { ActivityLog } from '#services/activity-log/port.ts';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import type { BotStateStorage } from '#services/bot-state/port.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import type { ConversationStore } from '#services/conversations/port.ts';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import type { TranscriptStore } from '#services/transcripts/port.ts';
import { createSqliteTranscriptStore } from '#services/transcripts/sqlite.ts';

/** Where everything is kept, and how to see whether it can be reached. */
export interface Stores {
  readonly index: KnowledgeIndex;
  readonly profiles: ProfileStore;
  readonly conversations: ConversationStore;
  readonly activityLog: ActivityLog;
  readonly botState: BotStateStorage;
  readonly transcripts: TranscriptStore;
  readonly dependencies: readonly Dependency[];
  /** Makes the index exist with its fields; `recreate` begins it anew. */
  prepareIndex(options?: { readonly recreate?: boolean }): Promise<void>;
  close(): Promise<void>;
}

type Conversations = Pick<Stores, 'profiles' | 'conversations' | 'activityLog'>;
type BotFiles = Pick<Stores, 'botState' | 'transcripts'>;

/** How long one call to a store may take. */
const timeoutMs = 30_000;

/** Opens each store where its settings say, and the embedded one where they say nothing. */
export async function openStores(config: Config, logger: Logger): Promise<Stores> {
  const closers: (() => void | Promise<void>)[] = [];
  const dependencies: Dependency[] = [];
  const embedded = openEmbedded(config, logger, closers, dependencies);
  const search = await openAzureSearch(config);
  const conversations = await openAzureConversations(config, closers);
  const files = await openAzureFiles(config);
  const index = search ?? createSqliteKnowledgeIndex(embedded());
  return {
    index,
    ...(conversations ?? {
      profiles: createSqliteProfileStore(embedded()),
      conversations: createSqliteConversationStore(embedded()),
      activityLog: createSqliteActivityLog(embedded()),
    }),
    ...(files ?? {
      botState: createSqliteBotStateStorage(embedded()),
      transcripts: createSqliteTranscriptStore(embedded()),
    }),
    dependencies,
    async prepareIndex(options) {
      await search?.ensureIndex(options);
    },
    async close() {
      for (const close of closers.toReversed()) await close();
    },
  };
}

/** The data file, opened by whoever first needs it: with every store in Azure there is none. */
function openEmbedded(
  config: Config,
  logger: Logger,
  closers: (() => void)[],
  dependencies: Dependency[],
) {
  let opened: ReturnType<typeof openDatabase> | undefined;
  return () => {
    if (opened !== undefined) return opened.database;
    opened = openDatabase(join(config.dataDirectory, 'career-mentor.sqlite'));
    const { database, keptAside } = opened;
    if (keptAside !== undefined)
      logger.error(
        { keptAside },
        'the data file was damaged; it was kept aside, and a new one begun',
      );
    closers.push(() => database.close());
    dependencies.push({
      name: 'data-file',
      required: true,
      check: async () => void database.prepare('SELECT 1').get(),
    });
    return database;
  };
}

async function openAzureSearch({ search, embeddingDimensions }: Config) {
  if (search === undefined) return undefined;
  const { createAzureAiSearchIndex } = await import('#services/knowledge-index/azure-ai-search.ts');
  return createAzureAiSearchIndex({
    endpoint: search.endpoint,
    indexName: search.indexName,
    dimensions: embeddingDimensions,
    timeoutMs,
    allowInsecureConnection: search.endpoint.startsWith('http://'),
    ...(search.apiKey === undefined ? {} : { apiKey: search.apiKey }),
    ...(search.semanticConfiguration === undefined
      ? {}
      : { semanticConfiguration: search.semanticConfiguration }),
  });
}

async function openAzureConversations(
  { cosmos }: Config,
  closers: (() => void | Promise<void>)[],
): Promise<Conversations | undefined> {
  if (cosmos === undefined) return undefined;
  const [
    { openCosmosDatabase },
    { createCosmosConversationStore },
    { createCosmosProfileStore },
    { createCosmosActivityLog },
  ] = await Promise.all([
    import('#services/azure/cosmos-database.ts'),
    import('#services/conversations/azure-cosmos.ts'),
    import('#services/profiles/azure-cosmos.ts'),
    import('#services/activity-log/azure-cosmos.ts'),
  ]);
  const database = openCosmosDatabase({
    endpoint: cosmos.endpoint,
    databaseId: cosmos.databaseId,
    access: cosmos.key === undefined ? { credential: await openCredential() } : { key: cosmos.key },
    timeoutMs,
  });
  closers.push(() => database.close());
  const retention =
    cosmos.retentionDays === undefined ? {} : { retentionDays: cosmos.retentionDays };
  return {
    conversations: createCosmosConversationStore(database, retention),
    activityLog: createCosmosActivityLog(database, retention),
    profiles: createCosmosProfileStore(database),
  };
}

async function openAzureFiles({ storage }: Config): Promise<BotFiles | undefined> {
  if (storage === undefined) return undefined;
  const [{ createBlobBotStateStorage }, { createBlobTranscriptStore }] = await Promise.all([
    import('#services/bot-state/azure-blobs.ts'),
    import('#services/transcripts/azure-blobs.ts'),
  ]);
  const access = await openStorageAccess(storage);
  return {
    botState: createBlobBotStateStorage({ access, timeoutMs }),
    transcripts: createBlobTranscriptStore({ access, timeoutMs }),
  };
}

async function openStorageAccess(storage: AzureStorageConfig) {
  if (storage.connectionString !== undefined) return { connectionString: storage.connectionString };
  return { accountUrl: storage.accountUrl, credential: await openCredential() };
}

async function openCredential() {
  const { createAzureCredential } = await import('#services/azure/credential.ts');
  return createAzureCredential();
}
