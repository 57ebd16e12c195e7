import { setTimeout as delay } from 'node:timers/promises';
import type { Container, JSONObject, OperationInput, SqlQuerySpec } from '@azure/cosmos';
import type { CachedSuccess } from './cache-success.ts';
import { cosmosService } from './service-settings.ts';
import { httpStatusOf, toStoreError } from './to-store-error.ts';
import { withDeadline } from './with-deadline.ts';

/** An item as the program writes it: one JSON object. */
export interface NewItem {
  readonly id: string;
  readonly [property: string]: unknown;
}

/** An item as the service gives it back. */
export type Stored<Item> = Item & { readonly _etag: string };

/** One step of a batch. With `ifMatch` it fails unless the item still has that eTag. */
export type BatchStep =
  | { readonly create: NewItem }
  | { readonly replace: NewItem; readonly ifMatch: string }
  | { readonly delete: string; readonly ifMatch?: string };

/** `done`; or nothing was written, for an id was taken, an item changed or an item gone. */
export type BatchOutcome = 'done' | 'taken' | 'changed' | 'gone';

/** One container; what the service refuses rejects with `data-unavailable`, and names the setting to look at. */
export interface CosmosContainer {
  /** The item, or `undefined` where there is none. */
  read<Item>(id: string, partitionKey: string): Promise<Stored<Item> | undefined>;
  upsert(item: NewItem): Promise<void>;
  /** Resolves to whether there was such an item. */
  delete(id: string, partitionKey: string): Promise<boolean>;
  /** All results, page after page; of one partition, or without a partition key of all. */
  query<Result>(query: SqlQuerySpec, partitionKey?: string): Promise<Result[]>;
  /** Writes all steps, at most 100, within one partition, or none of them. */
  batch(partitionKey: string, steps: readonly BatchStep[]): Promise<BatchOutcome>;
}

/** The most that the service takes in one batch. */
export const maxBatchSteps = 100;

const throttled = 429;

/** Wraps the SDK's container: opened when first needed, every call under one deadline, every failure a MentorError. */
export function createCosmosContainer(options: {
  readonly id: string;
  readonly timeoutMs: number;
  /** Further tries of a batch, one of whose steps is throttled. */
  readonly throttleRetries: number;
  readonly opened: CachedSuccess<Container>;
}): CosmosContainer {
  const { id: containerId, timeoutMs, throttleRetries, opened } = options;

  const run = async <Result>(
    doing: string,
    work: (container: Container, abortSignal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const container = await opened.get();
    try {
      return await withDeadline(timeoutMs, (abortSignal) => work(container, abortSignal));
    } catch (error) {
      // Somebody removed the container; the next call creates it anew.
      if (httpStatusOf(error) === 404) opened.forget();
      throw toStoreError(error, cosmosService, `${doing} "${containerId}"`);
    }
  };

  return {
    read: (id, partitionKey) =>
      run('reading from', async (container, abortSignal) => {
        const { resource, statusCode, substatus } = await container
          .item(id, partitionKey)
          .read<JSONObject>({ abortSignal });
        if (statusCode === 404 && substatus === ownerNotFound)
          throw Object.assign(new Error('the container is gone'), { statusCode });
        return resource as Stored<never> | undefined;
      }),
    upsert: (item) =>
      run('writing to', async (container, abortSignal) => {
        await container.items.upsert(item, { abortSignal });
      }),
    delete: (id, partitionKey) =>
      run('deleting from', async (container, abortSignal) => {
        try {
          await container.item(id, partitionKey).delete({ abortSignal });
          return true;
        } catch (error) {
          if (httpStatusOf(error) === 404 && substatusOf(error) !== ownerNotFound) return false;
          throw error;
        }
      }),
    query: (query, partitionKey) =>
      run('reading from', async (container, abortSignal) => {
        const { resources } = await container.items
          .query(query, { abortSignal, ...(partitionKey !== undefined && { partitionKey }) })
          .fetchAll();
        return resources;
      }),
    batch: (partitionKey, steps) =>
      run('writing to', (container, abortSignal) =>
        executeBatch(container, partitionKey, steps.map(toOperation), {
          abortSignal,
          throttleRetries,
        }),
      ),
  };
}

/** The substatus that tells a missing container from a missing item; the SDK's `read` passes over both. */
const ownerNotFound = 1003;

function substatusOf(error: unknown): unknown {
  return (error as { substatus?: unknown }).substatus;
}

async function executeBatch(
  container: Container,
  partitionKey: string,
  operations: readonly OperationInput[],
  { abortSignal, throttleRetries }: { abortSignal: AbortSignal; throttleRetries: number },
): Promise<BatchOutcome> {
  for (let retry = 0; ; retry += 1) {
    // The SDK changes the operations that it is given.
    const { result, headers } = await container.items.batch(
      operations.map((operation) => ({ ...operation })),
      partitionKey,
      { abortSignal },
    );
    // The step that failed has its own status; the others, which were rolled back, have 424.
    const failed = result?.find(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
    if (!failed) return 'done';
    const outcome = outcomes.get(failed.statusCode);
    if (outcome) return outcome;
    // The SDK waits where the whole request is throttled, and not where one of its steps is.
    const retryAfterInMs = Number(headers?.['x-ms-retry-after-ms'] ?? 0);
    if (failed.statusCode !== throttled || retry === throttleRetries)
      throw Object.assign(new Error(`a step of the batch failed with ${failed.statusCode}`), {
        statusCode: failed.statusCode,
        ...(retryAfterInMs > 0 && { retryAfterInMs }),
      });
    await delay(retryAfterInMs, undefined, { signal: abortSignal });
  }
}

const outcomes: ReadonlyMap<number, BatchOutcome> = new Map([
  [404, 'gone'],
  [409, 'taken'],
  [412, 'changed'],
]);

function toOperation(step: BatchStep): OperationInput {
  if ('create' in step)
    return { operationType: 'Create', resourceBody: step.create as unknown as JSONObject };
  if ('replace' in step)
    return {
      operationType: 'Replace',
      id: step.replace.id,
      resourceBody: step.replace as unknown as JSONObject & { id: string },
      ifMatch: step.ifMatch,
    };
  return {
    operationType: 'Delete',
    id: step.delete,
    ...(step.ifMatch !== undefined && { ifMatch: step.ifMatch }),
  };
}
