import { createCosmosActivityLog } from '#services/activity-log/azure-cosmos.ts';
import { describeActivityLog } from '#test/contracts/activity-log.contract.ts';
import { useCosmosEmulator } from '#test/services/azure/cosmos-test-database.ts';

const cosmos = useCosmosEmulator();

describeActivityLog('azure-cosmos', () => cosmos.open((database) => createCosmosActivityLog(database)));
