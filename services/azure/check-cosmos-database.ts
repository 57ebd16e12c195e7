import { CosmosClient } from '@azure/cosmos';
import { MentorError } from '#errors.ts';
import { type CosmosDatabaseOptions, cosmosClientOptions } from './cosmos-database.ts';
import { cosmosService } from './service-settings.ts';
import { httpStatusOf, toStoreError } from './to-store-error.ts';
import { defaultTimeoutMs, withDeadline } from './with-deadline.ts';

/** Whether the database is there, found by one read that changes nothing; what the service refuses rejects with `data-unavailable`. */
export async function hasCosmosDatabase(options: CosmosDatabaseOptions): Promise<boolean> {
  const { databaseId, timeoutMs = defaultTimeoutMs } = options;
  const client = createClient(options, timeoutMs);
  try {
    await withDeadline(timeoutMs, (abortSignal) =>
      client.database(databaseId).read({ abortSignal }),
    );
    return true;
  } catch (error) {
    if (httpStatusOf(error) === 404) return false;
    throw toStoreError(error, cosmosService, `reading the database "${databaseId}"`);
  } finally {
    client.dispose();
  }
}

function createClient(options: CosmosDatabaseOptions, timeoutMs: number): CosmosClient {
  try {
    return new CosmosClient(cosmosClientOptions({ ...options, throttleRetries: 0 }, timeoutMs));
  } catch {
    // Without the cause, which may quote the key.
    throw new MentorError(
      'config-invalid',
      'AZURE_COSMOS_ENDPOINT or AZURE_COSMOS_KEY cannot be used: they are not an address and a key of Cosmos DB.',
      { details: { setting: 'AZURE_COSMOS_ENDPOINT' } },
    );
  }
}
