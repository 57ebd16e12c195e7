import type { TokenCredential } from '@azure/identity';
import { createConnection } from './azure-ai-search/connection.ts';
import {
  ensureIndex,
  type IndexOutcome,
  type IndexState,
  inspectIndex,
} from './azure-ai-search/ensure-index.ts';
import { literal } from './azure-ai-search/filter.ts';
import { indexParts } from './azure-ai-search/index-definition.ts';
import {
  fromRecord,
  type PassageRecord,
  recordFields,
  textOf,
  toRecord,
} from './azure-ai-search/passage-record.ts';
import { countPassages, findKeys, readAll } from './azure-ai-search/read-passages.ts';
import { createPassageSearcher } from './azure-ai-search/search-passages.ts';
import { writePassages } from './azure-ai-search/write-passages.ts';
import type { IndexedDocument, KnowledgeIndex } from './port.ts';

export interface AzureAiSearchOptions {
  /** Such as `https://my-service.search.windows.net`. */
  readonly endpoint: string;
  /** Without it the given credential serves, or else the program's own identity. */
  readonly apiKey?: string;
  readonly credential?: TokenCredential;
  readonly indexName?: string;
  /** Of the embedding model's vectors. */
  readonly dimensions: number;
  /** Allows plain http, and that only to this machine. */
  readonly allowInsecureConnection?: boolean;
  /** Ranks by the service's semantic ranker, with the configuration of this name; where it has none, without. */
  readonly semanticConfiguration?: string;
  /** Longest wait for one call of the service, its retries included. */
  readonly timeoutMs: number;
  /** Further tries of a call after the first. */
  readonly retries?: number;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

export interface AzureAiSearchIndex extends KnowledgeIndex {
  /**
   * Creates the index, or adds what an existing one lacks; rejects where it cannot be changed in place, unless
   * `recreate` allows to delete it. Needs an admin key, or the role Search Service Contributor.
   */
  ensureIndex(options?: {
    readonly recreate?: boolean;
    readonly signal?: AbortSignal;
  }): Promise<IndexOutcome>;
  /** What `ensureIndex` would meet, found without changing anything; rejects where that would be refused. */
  inspect(options?: { readonly signal?: AbortSignal }): Promise<IndexState>;
  /** One cheap call that proves address, key and index; rejects with what is wrong. */
  check(options?: { readonly signal?: AbortSignal }): Promise<AzureAiSearchStatus>;
}

export interface AzureAiSearchStatus {
  readonly passages: number;
  /** `missing`: it is configured, and the service says that it has none. */
  readonly semanticRanker: 'off' | 'on' | 'missing';
}

/**
 * Passages in Azure AI Search, found by one hybrid query over text and vectors. The service has no transactions: a
 * document's first passage is written last, so that a version counts as published, by its content hash, only once all
 * of it is there. What was written is found a moment later, as the service says of itself.
 */
export function createAzureAiSearchIndex(options: AzureAiSearchOptions): AzureAiSearchIndex {
  const indexName = options.indexName ?? 'knowledge-base-index';
  const connection = createConnection({ retries: 2, ...options, indexName });
  const shape = {
    name: indexName,
    dimensions: options.dimensions,
    semanticConfiguration: options.semanticConfiguration ?? indexParts.semanticConfiguration,
  };
  const searcher = createPassageSearcher(connection, { now: Date.now, ...options });

  return {
    search: (query, { signal } = {}) => searcher.search(query, signal),

    async getDocument(documentId) {
      return readAll(connection, {
        filter: `documentId eq ${literal(documentId)}`,
        select: recordFields,
        orderedBy: 'chunkIndex',
        read: fromRecord,
      });
    },

    async listDocuments() {
      return readAll(connection, {
        filter: 'chunkIndex eq 0',
        select: ['documentId', 'title', 'category', 'collection', 'contentHash', 'totalChunks'],
        orderedBy: 'documentId',
        read: toIndexedDocument,
      });
    },

    async putDocument(passages) {
      const documentId = passages[0]?.documentId;
      if (documentId === undefined) return;
      const records = passages.map(toRecord);
      const kept = new Set(records.map((record) => record.id));
      const stale = (await findKeys(connection, documentId)).filter((key) => !kept.has(key));
      const uploads = records.map((record) => ({ __actionType: 'upload' as const, ...record }));
      const isFirst = (action: Partial<PassageRecord>) => action.chunkIndex === 0;
      await writePassages(connection, [
        ...uploads.filter((action) => !isFirst(action)),
        ...stale.map((id) => ({ __actionType: 'delete' as const, id })),
      ]);
      await writePassages(connection, uploads.filter(isFirst));
      searcher.forget();
    },

    async removeDocument(documentId) {
      const keys = await findKeys(connection, documentId);
      const deletions = keys.map((id) => ({ __actionType: 'delete' as const, id }));
      /** The first passage goes last: a removal that fails half-way is seen, and done again, by the next run. */
      await writePassages(connection, deletions.slice(1));
      await writePassages(connection, deletions.slice(0, 1));
      searcher.forget();
      return keys.length > 0;
    },

    inspect: ({ signal } = {}) => inspectIndex(connection, shape, signal),

    async ensureIndex(ensureOptions = {}) {
      const outcome = await ensureIndex(connection, shape, ensureOptions);
      searcher.forget();
      return outcome;
    },

    async check({ signal } = {}) {
      const passages = await countPassages(connection, signal);
      const ranker = searcher.hasSemanticRanker() ? 'on' : 'missing';
      return {
        passages,
        semanticRanker: options.semanticConfiguration === undefined ? 'off' : ranker,
      };
    },
  };
}

function toIndexedDocument(record: Readonly<Record<string, unknown>>): IndexedDocument {
  return {
    documentId: textOf(record['documentId'], 'documentId'),
    title: textOf(record['title'], 'title'),
    category: textOf(record['category'], 'category'),
    collection: textOf(record['collection'], 'collection'),
    contentHash: textOf(record['contentHash'], 'contentHash'),
    chunkCount: Number(record['totalChunks']),
  };
}
