import type { SearchOptions } from '@azure/search-documents';
import { MentorError } from '#errors.ts';
import type { KnowledgeDocument, SearchHit, SearchQuery } from '../port.ts';
import type { Connection } from './connection.ts';
import { judgePassages } from './judge-passages.ts';
import { toFilter } from './filter.ts';
import { indexParts, textFields } from './index-definition.ts';
import { toLuceneQuery } from './lucene-query.ts';
import { fromRecord, type PassageRecord, recordFields, toNumbers } from './passage-record.ts';
import { readTerms } from './query-terms.ts';
import { lacksSemanticRanker } from './service-failure.ts';

/** As many are always asked for: the fewer passages, the less they tell about how rare a word is. */
const leastPassages = Number(process.env['LP'] ?? 50);
/** Nearest neighbours that take part in the fusion. */
const nearestPassages = 50;
/** How long the number of all passages is taken for known. */
const sizeLastsMs = 600_000;

export interface SearcherOptions {
  readonly dimensions: number;
  /** The semantic configuration to rank by; absent: the fused order stays. */
  readonly semanticConfiguration?: string;
  readonly now: () => number;
}

/** Searches one index; remembers its size, and whether its service has a semantic ranker. */
export function createPassageSearcher(connection: Connection, options: SearcherOptions) {
  let hasSemanticRanker = options.semanticConfiguration !== undefined;
  let size: { readonly total: number; readonly until: number } | undefined;

  return {
    hasSemanticRanker: () => hasSemanticRanker,

    async search(query: SearchQuery, signal?: AbortSignal): Promise<SearchHit[]> {
      signal?.throwIfAborted();
      const filter = toFilter(query.filter);
      const terms = readTerms(query);
      /** Vectors of another length come from another embedding model and say nothing here. */
      const vector = query.vector?.length === options.dimensions ? query.vector : undefined;
      if (filter === undefined || (terms.length === 0 && vector === undefined)) return [];
      const request = {
        filter,
        includeTotalCount: true,
        top: Math.max(query.limit, leastPassages),
        select: recordFields,
        queryType: 'full',
        searchMode: 'any',
        searchFields: textFields,
        scoringProfile: indexParts.scoringProfile,
        ...(vector === undefined
          ? {}
          : {
              vectorSearchOptions: {
                queries: [
                  {
                    kind: 'vector',
                    vector: toNumbers(vector),
                    kNearestNeighborsCount: Math.max(query.limit, nearestPassages),
                    fields: [indexParts.vectorField],
                  },
                ],
                filterMode: 'preFilter',
              },
            }),
      } satisfies PassageSearch;
      const text = terms.length === 0 ? undefined : toLuceneQuery(terms);
      const [found, total] = await Promise.all([
        rank({ text, question: query.text, request, signal }),
        countPassages(signal),
      ]);
      const judged = judgePassages(
        query,
        found.passages.map(({ document }) => document),
        { matching: found.matching, total: Math.max(total ?? 0, found.matching) },
      );
      if (process.env['LOCAL']) return judged.slice(0, query.limit);
      const coverages = new Map(judged.map((hit) => [hit.document.id, hit.coverage]));
      return found.passages
        .map((passage) => ({ ...passage, coverage: coverages.get(passage.document.id) ?? 0 }))
        .slice(0, query.limit);
    },

    /** After a write the number of passages is another. */
    forget() {
      size = undefined;
    },
  };

  /** With the semantic ranker where there is one; a service that has none is asked only once. */
  async function rank(search: PassageQuery): Promise<FoundPassages> {
    const name = options.semanticConfiguration;
    if (name === undefined || !hasSemanticRanker || search.text === undefined)
      return readPassages(connection, search);
    try {
      const semanticSearchOptions = { configurationName: name, semanticQuery: search.question };
      const request = { ...search.request, semanticSearchOptions };
      return await readPassages(connection, { ...search, request });
    } catch (error) {
      if (!(error instanceof MentorError && lacksSemanticRanker(error.cause))) throw error;
      hasSemanticRanker = false;
      return readPassages(connection, search);
    }
  }

  /** Only the estimate of coverage needs it, so that it may fail. */
  async function countPassages(signal: AbortSignal | undefined): Promise<number | undefined> {
    if (size !== undefined && size.until > options.now()) return size.total;
    try {
      const total = await connection.call('count passages', signal, (callOptions) =>
        connection.documents.getDocumentsCount(callOptions),
      );
      size = { total, until: options.now() + sizeLastsMs };
      return total;
    } catch {
      return undefined;
    }
  }
}

type PassageSearch = SearchOptions<PassageRecord, (typeof recordFields)[number]>;

interface PassageQuery {
  readonly text: string | undefined;
  /** The question as it was asked: what the semantic ranker reads, which knows no query syntax. */
  readonly question: string;
  readonly request: PassageSearch;
  readonly signal: AbortSignal | undefined;
}

interface FoundPassages {
  readonly passages: readonly { readonly document: KnowledgeDocument; readonly score: number }[];
  readonly matching: number;
}

async function readPassages(connection: Connection, search: PassageQuery): Promise<FoundPassages> {
  return connection.call('search', search.signal, async (callOptions) => {
    const page = await connection.documents.search(search.text, {
      ...search.request,
      ...callOptions,
    });
    const found: { document: KnowledgeDocument; score: number; rerankerScore?: number }[] = [];
    for await (const { document, score, rerankerScore } of page.results) {
      found.push({
        document: fromRecord(document),
        score,
        ...(rerankerScore == null ? {} : { rerankerScore }),
      });
      if (found.length === search.request.top) break;
    }
    /** The ranker reads the first fifty; where it left some out, its scores and the others do not compare. */
    const isReranked = found.every((passage) => passage.rerankerScore !== undefined);
    return {
      passages: found.map(({ document, score, rerankerScore }) => ({
        document,
        score: isReranked ? (rerankerScore ?? score) : score,
      })),
      matching: page.count ?? found.length,
    };
  });
}
