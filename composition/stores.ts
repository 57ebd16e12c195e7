import { join } from 'node:path';
import type { Dependency } from '#api/health.ts';
import type { Config } from '#config.ts';
import { MentorError } from '#errors.ts';
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
import type { Outbox } from '#services/outbox/outbox.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import type { Circuit } from '#services/resilience/circuit.ts';
import type { TranscriptStore } from '#services/transcripts/port.ts';
import { createSqliteTranscriptStore } from '#services/transcripts/sqlite.ts';
import { openAzureConversations, openAzureFiles, openAzureSearch } from './azure-stores.ts';
import { readMeaning } from './meaning.ts';

/** Where everything is kept, and how to see whether it can be reached. */
export interface Stores {
  readonly index: KnowledgeIndex;
  readonly profiles: ProfileStore;
  readonly conversations: ConversationStore;
  readonly activityLog: ActivityLog;
  readonly botState: BotStateStorage;
  readonly transcripts: TranscriptStore;
  readonly dependencies: readonly Dependency[];
  /** One for each service that is away from this machine. */
  readonly circuits: readonly Circuit[];
  /** How many writes wait on this machine until their service can be reached. */
  waitingWrites(): number;
  /** How to see that other processes wrote into the activity log. */
  readonly activityLogChanges: { readonly lookEveryMs: number; hasChanged(): boolean };
  /** Makes the index exist with its fields; `recreate` begins it anew. */
  prepareIndex(options?: { readonly recreate?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Opens each store where its settings say, and the embedded one where they say nothing. */
export async function openStores(config: Config, logger: Logger): Promise<Stores> {
  const outbox = createLazyOutbox(config, logger);
  const [search, cosmos, blobs] = await Promise.all([
    openAzureSearch(config),
    openAzureConversations(config, outbox.open),
    openAzureFiles(config, outbox.open),
  ]);
  const remote = [search, cosmos, blobs].filter((opened) => opened !== undefined);
  const embedded = createEmbeddedDatabase(config, logger);
  const index =
    search?.stores.index ??
    createSqliteKnowledgeIndex(embedded.open(), { meaning: readMeaning(config) });
  const conversations = cosmos?.stores ?? {
    profiles: createSqliteProfileStore(embedded.open()),
    conversations: createSqliteConversationStore(embedded.open()),
    activityLog: createSqliteActivityLog(embedded.open()),
  };
  const files = blobs?.stores ?? {
    botState: createSqliteBotStateStorage(embedded.open()),
    transcripts: createSqliteTranscriptStore(embedded.open()),
  };
  return {
    index,
    ...conversations,
    ...files,
    dependencies: [
      ...(search === undefined ? [embeddedIndexOf(index)] : []),
      ...remote.map(({ dependency }) => dependency),
      ...embedded.dependencies(),
    ],
    circuits: remote.map(({ circuit }) => circuit),
    waitingWrites: outbox.waitingWrites,
    activityLogChanges:
      cosmos === undefined
        ? embedded.changes()
        : { lookEveryMs: 1_000, hasChanged: () => isShared(config) },
    async prepareIndex(options) {
      if (search !== undefined) await search.stores.prepareIndex(options);
      else if (options?.recreate === true) await empty(index);
    },
    async close() {
      await outbox.close();
      for (const { close } of remote) close();
      embedded.close();
    },
  };
}

/** The data file, opened by whoever first needs it: with every store in Azure there is none. */
function createEmbeddedDatabase(config: Config, logger: Logger) {
  let opened: ReturnType<typeof openDatabase> | undefined;
  const open = () => {
    if (opened !== undefined) return opened.database;
    opened = openDatabase(join(config.dataDirectory, 'career-mentor.sqlite'));
    const { database, keptAside } = opened;
    if (keptAside !== undefined)
      logger.error(
        { keptAside },
        'the data file was damaged; it was kept aside, and a new one begun',
      );
    return database;
  };
  return {
    open,
    /** SQLite counts what other connections wrote; to ask costs nearly nothing. */
    changes() {
      const version = open().prepare('PRAGMA data_version');
      let last: unknown;
      const hasChanged = () => {
        const { data_version: now } = version.get() as { data_version: number };
        const isOther = last !== undefined && now !== last;
        last = now;
        return isOther;
      };
      hasChanged();
      return { lookEveryMs: 100, hasChanged };
    },
    dependencies(): Dependency[] {
      if (opened === undefined) return [];
      const check = async () => void open().prepare('SELECT 1').get();
      return [{ name: 'data-file', required: true, check }];
    },
    close: () => opened?.database.close(),
  };
}

/** Whether other processes may run the turns that this one took. */
function isShared({ role, serviceBus }: Config): boolean {
  return role !== 'all' || serviceBus !== undefined;
}

/** Only a store away from this machine can keep something waiting. */
function createLazyOutbox({ dataDirectory }: Config, logger: Logger) {
  let opening: Promise<Outbox> | undefined;
  let opened: Outbox | undefined;
  return {
    open(): Promise<Outbox> {
      opening ??= import('#services/outbox/outbox.ts').then(({ openOutbox }) => {
        opened = openOutbox({ path: join(dataDirectory, 'waiting-writes.sqlite'), logger });
        return opened;
      });
      return opening;
    },
    waitingWrites: () => opened?.waitingWrites() ?? 0,
    close: async () => opened?.close(),
  };
}

/** The embedded index always has its fields: begun anew it is empty. */
async function empty(index: KnowledgeIndex): Promise<void> {
  for (const { documentId } of await index.listDocuments()) await index.removeDocument(documentId);
}

function embeddedIndexOf(index: KnowledgeIndex): Dependency {
  return {
    name: 'knowledge-index',
    required: true,
    async check() {
      if ((await index.listDocuments()).length === 0)
        throw new MentorError('search-unavailable', 'the knowledge index holds no articles');
    },
  };
}
