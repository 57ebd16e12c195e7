import { createCosmosConversationStore } from '#services/conversations/azure-cosmos.ts';
import { timeAt } from '#test/contracts/conversation-samples.ts';
import { describeConversationStore } from '#test/contracts/conversation-store.contract.ts';
import { useCosmosEmulator } from '#test/services/azure/cosmos-test-database.ts';

const cosmos = useCosmosEmulator();

const createStore = (database: Parameters<typeof createCosmosConversationStore>[0]) =>
  createCosmosConversationStore(database, { now: () => new Date(timeAt(100)) });

describeConversationStore('azure-cosmos', () => cosmos.open(createStore));
