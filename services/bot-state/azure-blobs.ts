import { BlobsStorage } from 'botbuilder-azure-blobs';
import { MentorError } from '#errors.ts';
import { type BlobContainerOptions, openBlobContainer } from '#services/azure/blob-container.ts';
import { escapeKey } from '#services/azure/escape-key.ts';
import { eTagConflict, isConditional } from './e-tags.ts';
import type { BotStateStorage } from './port.ts';
import { type GuardedWrite, writeUnderLeases } from './write-under-leases.ts';

type Write = Omit<GuardedWrite, 'eTag'> & { readonly eTag?: string };

/**
 * Keeps Bot Framework's state in a blob container, one blob an item, through the SDK's `BlobsStorage`. What that leaves
 * open is settled here: keys are escaped so that no two share a blob (its own escaping merges `a/` with `a`, and cuts long
 * ones); an item without an eTag overwrites, also the first time, as the port and Bot Framework's own state have it; and a
 * write of several items, one of which is stale, writes none of them.
 */
export function createBlobBotStateStorage(
  options: Omit<BlobContainerOptions, 'containerName'> & { readonly containerName?: string },
): BotStateStorage {
  const container = openBlobContainer({ containerName: 'bot-state', ...options });
  const use = container.useBotBuilder((...given) => new BlobsStorage(...given));

  const put = (writes: readonly Write[]) =>
    use('writing to', (storage) =>
      storage.write(
        // The SDK sends an item without an eTag under an empty condition; `*` is the way to say none.
        Object.fromEntries(
          writes.map(({ blobName, content, eTag = '*' }) => [blobName, { ...content, eTag }]),
        ),
      ),
    );

  return {
    async read(keys) {
      if (!keys) throw new ReferenceError('Keys are required when reading.');
      const found = await use('reading from', (storage) =>
        storage.read([...new Set(keys.map(toBlobName))]),
      ).catch(throwDamaged);
      return Object.fromEntries(
        keys.flatMap((key) => {
          const item: unknown = found[toBlobName(key)];
          return item === undefined ? [] : [[key, item]];
        }),
      );
    },
    async write(changes) {
      if (!changes) throw new ReferenceError('Changes are required when writing.');
      const writes = Object.entries(changes).map(([key, item]) => toWrite(key, item));
      const guarded = writes.filter(isGuarded);
      if (guarded.length === 0 || writes.length === 1)
        return await put(writes).catch(throwConflict(guarded[0]?.key));
      const free = writes.filter((write) => !isGuarded(write));
      await writeUnderLeases(container, guarded, () => put(free).catch(throwConflict()));
    },
    async delete(keys) {
      if (!keys) throw new ReferenceError('Keys are required when deleting.');
      await use('deleting from', (storage) => storage.delete(keys.map(toBlobName)));
    },
  };
}

function toWrite(key: string, item: object): Write {
  const { eTag, ...content } = item as { eTag?: string };
  return {
    key,
    blobName: toBlobName(key),
    content,
    ...(isConditional(item) && eTag !== undefined && { eTag }),
  };
}

/** The ending also keeps a key such as `__proto__` from being one of an object that the SDK fills. */
function toBlobName(key: string): string {
  return `${escapeKey(key)}.json`;
}

function isGuarded(write: Write): write is GuardedWrite {
  return write.eTag !== undefined;
}

/** Names the key as the caller knows it; an item without a condition meets one only where another writer holds its lease. */
function throwConflict(guardedKey?: string) {
  return (error: unknown): never => {
    if (!(error instanceof Error && error.message.endsWith('due to eTag conflict.'))) throw error;
    if (guardedKey !== undefined) throw eTagConflict(guardedKey);
    throw new MentorError('data-unavailable', 'Another writer is just changing this bot state.', {
      cause: error,
      details: { status: 412, isRetryable: true },
    });
  };
}

function throwDamaged(error: unknown): never {
  if (error instanceof SyntaxError)
    throw new MentorError('data-corrupt', 'A blob of bot state does not hold JSON.', {
      cause: error,
    });
  throw error;
}
