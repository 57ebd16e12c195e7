import type { CosmosDatabase } from '#services/azure/cosmos-database.ts';
import { readValue, type StoredValue, storeValue } from '#services/azure/stored-value.ts';
import type { Profile, ProfileStore } from './port.ts';

/** A person's partition holds one item. */
const profileId = 'profile';

/** Keeps profiles in the container `profiles` of a Cosmos DB database, one partition a person. */
export function createCosmosProfileStore(database: CosmosDatabase): ProfileStore {
  const container = database.container({
    id: 'profiles',
    partitionKeyPath: '/userId',
    indexedPaths: [],
    expires: false,
  });
  return {
    async get(userId) {
      const item = await container.read<StoredValue<Profile>>(profileId, userId);
      return item && readValue(item);
    },
    async put(profile) {
      const { userId } = profile;
      await container.upsert({ id: profileId, userId, ...storeValue(profile) });
    },
    delete: (userId) => container.delete(profileId, userId),
  };
}
