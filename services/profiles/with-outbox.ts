import type { Outbox } from '#services/outbox/outbox.ts';
import type { Profile, ProfileStore } from './port.ts';

/**
 * Keeps a profile that cannot be written while the store is away, and writes it once that is back, unless a newer one
 * came from elsewhere meanwhile. A profile that waits is the one that is read.
 */
export function withProfileOutbox(store: ProfileStore, outbox: Outbox): ProfileStore {
  const line = outbox.line<Profile, void>({
    store: 'profiles',
    async perform(profile, { isLate }) {
      const stored = isLate ? await store.get(profile.userId) : undefined;
      if (stored === undefined || stored.updatedAt <= profile.updatedAt) await store.put(profile);
    },
  });
  return {
    ...store,
    async get(userId) {
      await line.catchUp(userId);
      return line.waiting(userId).at(-1)?.write ?? (await store.get(userId));
    },
    async put(profile) {
      await line.write(profile.userId, profile, profile.userId);
    },
    async delete(userId) {
      await line.forget(userId);
      return await store.delete(userId);
    },
  };
}
