import { createCosmosProfileStore } from '#services/profiles/azure-cosmos.ts';
import { describeProfileStore } from '#test/contracts/profile-store.contract.ts';
import { useCosmosEmulator } from '#test/services/azure/cosmos-test-database.ts';

const cosmos = useCosmosEmulator();

describeProfileStore('azure-cosmos', () => cosmos.open(createCosmosProfileStore));
