import { BlobsStorage } from 'botbuilder-azure-blobs';
import { MentorError } from '#errors.ts';
import {
  type BlobContainer,
  type BlobContainerOptions,
  openBlobContainer,
} from '#services/azure/blob-container.ts';
import { escapeKey } from '#services/azure/escape-key.ts';
import type { BotStateStorage } from './port.ts';
import { type GuardedWrite, withLeases } from './with-leases.ts';

interface Write extends Partial<GuardedWrite> {
  readonly key: string;
  readonly blobName: string;
  readonly content: object;
}

/**
 * Keeps Bot Framework's state in a blob container, one blob an item, through the SDK's `BlobsStorage`. What that leaves
 * open is settled here: keys are escaped so that no two share a blob (its own escaping merges `a/` with `a`, and cuts long
 * ones); an item without an eTag overwrites, as the port says, and is never sent as an empty condition; a write of several
 * items, one of which is stale, writes none of them.
 */
export function createBlobBotStateStorage(
  options: Omit<BlobContainerOptions, 'containerName'> & { readonly containerName?: string },
): BotStateStorage {
  const container = openBlobContainer({ containerName: 'bot-state', ...options });
  const use = container.useBotBuilder((...given) => new BlobsStorage(...given));

  const put = (writes: readonly Write[]) =>
    use('writing to', (storage) =>
      storage.write(
        Object.fromEntries(
          writes.map(({ blobName, content, eTag }) => [blobName, { ...content, eTag: eTag ?? '*' }]),
        ),
      ),
    );

  return {
    async read(keys) {
      if (!keys) throw new ReferenceError('Keys are required when reading.');
      const blobNames = new Map(keys.map((key) => [key, toBlobName(key)]));
      const found = await use('reading from', async (storage) =>
        storage.read([...new Set(blobNames.values())]),
      ).catch(throwIfDamaged);
      return Object.fromEntries(
        [...blobNames].flatMap(([key, blobName]) =>
          Object.hasOwn(found, blobName) ? [[key, found[blobName]]] : [],
        ),
      );
    },
    async write(changes) {
      if (!changes) throw new ReferenceError('Changes are required when writing.');
      const writes = Object.entries(changes).map(([key, item]) => toWrite(key, item));
      if (writes.length === 1) await writeOne(writes, put);
      else await writeSeveral(container, writes, put);
    },
    async delete(keys) {
      if (!keys) throw new ReferenceError('Keys are required when deleting.');
      await use('deleting from', (storage) => storage.delete(keys.map(toBlobName)));
    },
  };
}

type Put = (writes: readonly Write[]) => Promise<void>;

async function writeOne(writes: readonly Write[], put: Put): Promise<void> {
  try {
    await put(writes);
  } catch (error) {
    if (!isConflict(error)) throw error;
    const [write] = writes;
    if (write?.eTag !== undefined) throw eTagConflict(write.key);
    // An item without a condition meets one only while another writer holds its lease.
    throw new MentorError('data-unavailable', 'Bot state is just being changed by another writer.', {
      cause: error,
      details: { status: 412, isRetryable: true },
    });
  }
}

/** The service has no transaction over several blobs, so those with a condition are held by leases until all are written. */
async function writeSeveral(
  container: BlobContainer,
  writes: readonly Write[],
  put: Put,
): Promise<void> {
  const guarded = writes.filter((write): write is Write & GuardedWrite => write.eTag !== undefined);
  const free = writes.filter(({ eTag }) => eTag === undefined);
  if (guarded.length === 0) return await put(free);
  await withLeases(container, guarded, async (writeGuarded) => {
    await writeGuarded();
    await put(free);
  }).catch((error: unknown) => {
    throw error instanceof LeaseRefusedShape ? error : error;
  });
}

function toWrite(key: string, item: object): Write {
  const { eTag, ...content } = item as { eTag?: string };
  const isGuarded = eTag !== undefined && eTag !== '' && eTag !== '*';
  return { key, blobName: toBlobName(key), content, ...(isGuarded && { eTag }) };
}
