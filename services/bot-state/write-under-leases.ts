import { MentorError } from '#errors.ts';
import type { BlobContainer } from '#services/azure/blob-container.ts';
import { eTagConflict } from './e-tags.ts';

/** An item that may be written only while its blob has this eTag. */
export interface GuardedWrite {
  readonly key: string;
  readonly blobName: string;
  readonly content: object;
  readonly eTag: string;
}

/** The shortest that the service grants; after it the blobs of a process that died are free again. */
const leaseSeconds = 15;

/**
 * Writes several items that each have a condition, all or none, for the service has no transaction over blobs: every blob
 * is leased while it has its eTag, and only once all are held is the first written. `then` runs while they are held.
 * Rejects with an eTag conflict that names the key.
 */
export async function writeUnderLeases(
  container: BlobContainer,
  writes: readonly GuardedWrite[],
  then: () => Promise<void>,
): Promise<void> {
  const bodies = writes.map(({ content }) => JSON.stringify(content));
  const leases = await Promise.allSettled(writes.map((write) => acquire(container, write)));
  try {
    for (const lease of leases) if (lease.status === 'rejected') throw lease.reason;
    await Promise.all(
      leases.map((lease, index) =>
        lease.status === 'fulfilled'
          ? lease.value.upload(bodies[index] ?? '')
          : Promise.reject(lease.reason),
      ),
    );
    await then();
  } finally {
    // A lease that cannot be given back ends by itself.
    await Promise.allSettled(
      leases.map((lease) => (lease.status === 'fulfilled' ? lease.value.release() : undefined)),
    );
  }
}

async function acquire(container: BlobContainer, { key, blobName, eTag }: GuardedWrite) {
  const leaseId = await container
    .run('writing to', async (client, abortSignal) => {
      const lease = client.getBlobClient(blobName).getBlobLeaseClient();
      await lease.acquireLease(leaseSeconds, { conditions: { ifMatch: eTag }, abortSignal });
      return lease.leaseId;
    })
    .catch((error: unknown) => {
      throw isChanged(error) ? eTagConflict(key) : error;
    });
  return {
    upload: (body: string) =>
      container.run('writing to', async (client, abortSignal) => {
        await client.getBlockBlobClient(blobName).upload(body, Buffer.byteLength(body), {
          conditions: { leaseId, ifMatch: eTag },
          blobHTTPHeaders: { blobContentType: 'application/json' },
          abortSignal,
        });
      }),
    release: () =>
      container.run('writing to', (client, abortSignal) =>
        client.getBlobClient(blobName).getBlobLeaseClient(leaseId).releaseLease({ abortSignal }),
      ),
  };
}

/** Gone, held by another writer, or not the version that was read. */
function isChanged(error: unknown): boolean {
  return error instanceof MentorError && [404, 409, 412].includes(Number(error.details['status']));
}
