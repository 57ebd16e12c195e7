import { createBlobBotStateStorage } from '#services/bot-state/azure-blobs.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { createConversationReferences } from '#services/conversation-references/bot-state.ts';
import { describeConversationReferenceStore } from '#test/contracts/conversation-reference-store.contract.ts';
import { useAzurite } from '#test/services/azure/azurite-test-container.ts';
import { openTemporaryStore } from '#test/services/database/temporary-database.ts';

const azurite = useAzurite();

describeConversationReferenceStore('bot state in sqlite', async () =>
  openTemporaryStore((database) =>
    createConversationReferences(createSqliteBotStateStorage(database)),
  ),
);

describeConversationReferenceStore('bot state in azure-blobs', () =>
  azurite.open((options) => createConversationReferences(createBlobBotStateStorage(options))),
);
