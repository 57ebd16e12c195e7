import type { SearchIndex } from '@azure/search-documents';
import { MentorError } from '#errors.ts';
import { compareIndex, type IndexComparison } from './compare-index.ts';
import type { Connection } from './connection.ts';
import { defineIndex, type IndexShape } from './index-definition.ts';

export type IndexOutcome = 'created' | 'recreated' | 'updated' | 'unchanged';

/**
 * Makes the index hold every field that is needed: creates it, or adds what an existing one lacks. One that cannot be
 * changed in place is refused with `search-unavailable`, and deleted and built again only with `recreate`.
 */
export async function ensureIndex(
  connection: Connection,
  shape: IndexShape,
  { recreate = false, signal }: { readonly recreate?: boolean; readonly signal?: AbortSignal },
): Promise<IndexOutcome> {
  const needed = defineIndex(shape);
  const existing = await findIndex(connection, shape.name, signal);
  if (existing === undefined) {
    await write(connection, needed, signal);
    return 'created';
  }
  if (recreate) {
    await connection.call('delete index', signal, (options) =>
      connection.indexes.deleteIndex(shape.name, options),
    );
    await write(connection, needed, signal);
    return 'recreated';
  }
  const comparison = compareIndex(existing, needed);
  if (comparison.conflicts.length > 0) throw refusal(shape.name, comparison);
  if (comparison.completed === undefined) return 'unchanged';
  await write(connection, comparison.completed, signal);
  return 'updated';
}

/** What stands there: an index with all that is needed, one that lacks something, or none. */
export type IndexState = 'complete' | 'incomplete' | 'missing';

/** What `ensureIndex` would meet, found without changing anything; rejects where that would be refused. */
export async function inspectIndex(
  connection: Connection,
  shape: IndexShape,
  signal?: AbortSignal,
): Promise<IndexState> {
  const existing = await findIndex(connection, shape.name, signal);
  if (existing === undefined) return 'missing';
  const comparison = compareIndex(existing, defineIndex(shape));
  if (comparison.conflicts.length > 0) throw refusal(shape.name, comparison);
  return comparison.completed === undefined ? 'complete' : 'incomplete';
}

async function findIndex(
  { call, indexes }: Connection,
  name: string,
  signal: AbortSignal | undefined,
): Promise<SearchIndex | undefined> {
  try {
    const found = await call('read index', signal, (options) => indexes.getIndex(name, options));
    /** Version 13 of the client hands the entity tag over by another name than it takes it. */
    const { eTag } = found as { eTag?: string };
    return eTag === undefined ? found : { ...found, etag: eTag };
  } catch (error) {
    const isMissing =
      error instanceof MentorError &&
      error.details['status'] === 404 &&
      error.details['setting'] === 'AZURE_SEARCH_INDEX';
    if (isMissing) return undefined;
    throw error;
  }
}

async function write(
  { call, indexes }: Connection,
  index: SearchIndex,
  signal: AbortSignal | undefined,
): Promise<void> {
  await call('write index', signal, (options) =>
    /** Refused with 412 where somebody else changed the index since it was read. */
    indexes.createOrUpdateIndex(index, { ...options, onlyIfUnchanged: index.etag !== undefined }),
  );
}

function refusal(name: string, { conflicts, otherDimensions }: IndexComparison): MentorError {
  const cures = [
    ...(otherDimensions ? ['set EMBEDDING_DIMENSIONS to what the index has'] : []),
    'set AZURE_SEARCH_INDEX to another name',
    'run npm run ingest -- --recreate, which deletes this index and builds it again',
  ];
  return new MentorError(
    'search-unavailable',
    `The search index ${name} was made for something else: ${conflicts.join('; ')}. Either ${cures.join(', or ')}.`,
    {
      details: {
        service: 'azure-ai-search',
        action: 'ensure index',
        setting: otherDimensions ? 'EMBEDDING_DIMENSIONS' : 'AZURE_SEARCH_INDEX',
        isRetryable: false,
        conflicts,
      },
    },
  );
}
