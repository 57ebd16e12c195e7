import {
  type BatchStep,
  type CosmosContainer,
  maxBatchSteps,
  type Stored,
} from './cosmos-container.ts';
import { conflict, retryOnConflict } from './retry-on-conflict.ts';
import { cosmosService } from './service-settings.ts';

/** The one item of a partition that everything else in it belongs to. */
export interface PartitionHead {
  readonly id: string;
  readonly userId: string;
}

/**
 * Removes a person's partitions with everything in them; resolves to how many there were, and how many items beside their
 * heads. A head is removed last, under its eTag: what is written meanwhile goes too, and a call cut short can be made again.
 */
export async function deleteUserPartitions(
  container: CosmosContainer,
  options: {
    readonly userId: string;
    readonly headId: string;
    /** The partition key's property. */
    readonly partitionKey: string;
  },
): Promise<{ partitions: number; items: number }> {
  const { userId, headId, partitionKey } = options;
  const total = { partitions: 0, items: 0 };
  // Asked again until nothing is left, for a conversation may begin while the others are being deleted.
  for (;;) {
    const found = await container.query<string>({
      query: `SELECT VALUE c.${partitionKey} FROM c WHERE c.id = @headId AND c.userId = @userId`,
      parameters: [
        { name: '@headId', value: headId },
        { name: '@userId', value: userId },
      ],
    });
    let removed = 0;
    for (const key of found) {
      const { heads, items } = await deletePartition(container, key, options);
      removed += heads;
      total.items += items;
    }
    total.partitions += removed;
    // The index of another region may lag behind what was just deleted; then asking again would never end.
    if (removed === 0) return total;
  }
}

/** Removes one partition with everything in it, where it is the person's. */
export async function deletePartition(
  container: CosmosContainer,
  key: string,
  options: { readonly userId: string; readonly headId: string; readonly partitionKey: string },
): Promise<{ heads: number; items: number }> {
  const { userId, headId, partitionKey } = options;
  let items = 0;
  return await retryOnConflict(cosmosService, 'deleting a person’s data', async () => {
    const head = await container.read<PartitionHead>(headId, key);
    if (head?.userId !== userId) return { heads: 0, items };
    const ids = await container.query<string>(
      {
        query: `SELECT VALUE c.id FROM c WHERE c.${partitionKey} = @key AND c.id != @headId`,
        parameters: [
          { name: '@key', value: key },
          { name: '@headId', value: headId },
        ],
      },
      key,
    );
    for (const steps of toBatches(ids, head)) {
      if ((await container.batch(key, steps)) !== 'done') return conflict;
      items += steps.filter((step) => 'delete' in step && step.delete !== headId).length;
    }
    return { heads: 1, items };
  });
}

/** The last batch holds the head. */
function toBatches(ids: readonly string[], head: Stored<PartitionHead>): BatchStep[][] {
  const steps: BatchStep[] = [
    ...ids.map((id) => ({ delete: id })),
    { delete: head.id, ifMatch: head._etag },
  ];
  return Array.from({ length: Math.ceil(steps.length / maxBatchSteps) }, (_, index) =>
    steps.slice(index * maxBatchSteps, (index + 1) * maxBatchSteps),
  );
}
