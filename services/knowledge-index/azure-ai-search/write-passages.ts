import { setTimeout as wait } from 'node:timers/promises';
import { type IndexDocumentsAction, IndexDocumentsBatch } from '@azure/search-documents';
import { MentorError } from '#errors.ts';
import type { Connection } from './connection.ts';
import type { PassageRecord } from './passage-record.ts';

export type PassageAction = IndexDocumentsAction<PassageRecord>;

/** The service takes 1,000 actions and 16 MB in one request; half of that leaves room for its own framing. */
const mostActions = 500;
const mostBytes = 8_000_000;

const mostTries = 4;
const firstPauseMs = 200;
/** What the service's documentation says of an item: a conflict of versions, busy for the moment, too many at once. */
const passingStatuses = new Set([409, 422, 429, 503]);

/**
 * Carries out all actions, in batches that the service accepts; items that fail for a passing reason are sent again.
 * Rejects with `search-unavailable` where some stay undone: the others are done then.
 */
export async function writePassages(
  connection: Connection,
  actions: readonly PassageAction[],
): Promise<void> {
  for (const batch of toBatches(actions)) await writeBatch(connection, batch);
}

/** Cuts a list of actions into requests; one that is too large by itself goes alone and is for the service to refuse. */
export function toBatches(actions: readonly PassageAction[]): PassageAction[][] {
  const batches: PassageAction[][] = [];
  let bytes = 0;
  for (const action of actions) {
    const size = Buffer.byteLength(JSON.stringify(action));
    const open = batches.at(-1);
    if (open !== undefined && open.length < mostActions && bytes + size <= mostBytes) {
      open.push(action);
      bytes += size;
    } else {
      batches.push([action]);
      bytes = size;
    }
  }
  return batches;
}

async function writeBatch(
  { call, documents }: Connection,
  batch: readonly PassageAction[],
): Promise<void> {
  let open = batch;
  for (let tries = 1; ; tries += 1) {
    const { results } = await call('write passages', undefined, (options) =>
      documents.indexDocuments(new IndexDocumentsBatch([...open]), options),
    );
    const failed = new Map(
      results.filter((result) => !result.succeeded).map((result) => [result.key, result]),
    );
    if (failed.size === 0) return;
    const statuses = [...new Set([...failed.values()].map((result) => result.statusCode))];
    const isPassing = statuses.every((status) => passingStatuses.has(status));
    if (!isPassing || tries === mostTries) throw incomplete(failed.size, batch.length, statuses);
    open = open.filter((action) => failed.has(String(action.id)));
    await wait(firstPauseMs * 2 ** (tries - 1));
  }
}

function incomplete(failed: number, all: number, statuses: readonly number[]): MentorError {
  const isRetryable = statuses.every((status) => passingStatuses.has(status));
  return new MentorError(
    'search-unavailable',
    `Azure AI Search did not take ${failed} of ${all} passages (${statuses.join(', ')}). ${
      isRetryable
        ? 'It is busy; run npm run ingest again later.'
        : 'The index AZURE_SEARCH_INDEX may have another shape; run npm run ingest, which says what differs.'
    }`,
    {
      details: {
        service: 'azure-ai-search',
        action: 'write passages',
        setting: 'AZURE_SEARCH_INDEX',
        status: statuses[0],
        failed,
        isRetryable,
      },
    },
  );
}
