import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expandDeployment } from '#deploymentTemplates/arm/deployment.ts';
import type { JsonObject } from '#deploymentTemplates/arm/json.ts';
import { createCosmosActivityLog } from '#services/activity-log/azure-cosmos.ts';
import type { ContainerDefinition, CosmosDatabase } from '#services/azure/cosmos-database.ts';
import { createCosmosConversationStore } from '#services/conversations/azure-cosmos.ts';
import { createCosmosProfileStore } from '#services/profiles/azure-cosmos.ts';

/** An identity may not create containers, so what the stores would create must be there already. */
describe('the containers of Cosmos DB', () => {
  it('are made as the stores define them', () => {
    const wanted = new Map<string, ContainerDefinition>();
    const database: CosmosDatabase = {
      container(definition) {
        wanted.set(definition.id, definition);
        return {} as ReturnType<CosmosDatabase['container']>;
      },
      close: () => {},
    };
    createCosmosConversationStore(database);
    createCosmosActivityLog(database);
    createCosmosProfileStore(database);

    const made = expandDeployment('prod')
      .resources.filter(
        ({ type }) => type === 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers',
      )
      .map(({ body }) => (body['properties'] as { resource: JsonObject }).resource);
    assert.deepEqual(made.map(({ id }) => id).toSorted(), [...wanted.keys()].toSorted());
    for (const resource of made) {
      const { partitionKeyPath, indexedPaths, expires } = wanted.get(
        String(resource['id']),
      ) as ContainerDefinition;
      assert.deepEqual(resource['partitionKey'], {
        paths: [partitionKeyPath],
        kind: 'Hash',
        version: 2,
      });
      assert.equal(resource['defaultTtl'], expires ? -1 : undefined);
      assert.deepEqual(resource['indexingPolicy'], {
        indexingMode: 'consistent',
        includedPaths: indexedPaths.map((path) => ({ path: `${path}/?` })),
        excludedPaths: [{ path: '/*' }],
      });
    }
  });
});
