import type { SearchOptions } from '@azure/search-documents';
import type { KnowledgeDocument, SearchHit, SearchQuery } from '../port.ts';
import { fuseByReciprocalRank } from '../ranking/reciprocal-rank-fusion.ts';
import type { Connection } from './connection.ts';
import { toFilter } from './filter.ts';
import { indexParts, textFields } from './index-definition.ts';
import { createPassageJudge } from './judge-passages.ts';
import { toLuceneQuery } from './lucene-query.ts';
import { fromRecord, type PassageRecord, recordFields, toNumbers } from './passage-record.ts';
import { readTerms } from './query-terms.ts';
import { countPassages } from './read-passages.ts';
import { lacksSemanticRanker } from './service-failure.ts';

/** So many are asked for at least: the more passages, the more they tell about how rare a word is. */
const leastPassages = 100;
/** Nearest neighbours that take part in the fusion, as in the embedded index. */
const nearestPassages = 50;
/** How long the number of all passages is taken for known. */
const sizeLastsMs = 600_000;

export interface SearcherOptions {
  readonly dimensions: number;
  /** The semantic configuration to rank by; absent: without the semantic ranker. */
  readonly semanticConfiguration?: string;
  readonly now: () => number;
}

/**
 * Searches one index. The service finds the candidates, by words and vectors in one hybrid query. With its semantic
 * ranker their order is the ranker's; without, the words are judged by the embedded index's own weights, which on our
 * labelled questions order the same candidates far better than the service's BM25, and are fused with the vectors'
 * order in the same way.
 */
export function createPassageSearcher(connection: Connection, options: SearcherOptions) {
  const judge = createPassageJudge();
  let hasSemanticRanker = options.semanticConfiguration !== undefined;
  let size: { readonly total: number; readonly until: number } | undefined;

  return {
    /** `false` once the service has said that it has none. */
    hasSemanticRanker: () => hasSemanticRanker,

    async search(query: SearchQuery, signal?: AbortSignal): Promise<SearchHit[]> {
      signal?.throwIfAborted();
      const filter = toFilter(query.filter);
      const terms = readTerms(query);
      /** Vectors of another length come from another embedding model and say nothing here. */
      const vector = query.vector?.length === options.dimensions ? query.vector : undefined;
      if (filter === undefined || (terms.length === 0 && vector === undefined)) return [];
      const [found, total] = await Promise.all([
        find({
          text: terms.length === 0 ? undefined : toLuceneQuery(terms),
          question: query.text,
          request: toRequest(query, filter, vector),
          signal,
        }),
        knownSize(signal),
      ]);
      const byText = judge(
        query,
        found.passages.map(({ document }) => document),
        { matching: found.matching, total: Math.max(total ?? 0, found.matching) },
      );
      return order(found, byText, vector !== undefined).slice(0, query.limit);
    },

    /** After a write the number of passages is another. */
    forget() {
      size = undefined;
    },
  };

  /** With the semantic ranker where there is one; a service that has none is asked only once. */
  async function find(search: PassageQuery): Promise<FoundPassages> {
    const name = options.semanticConfiguration;
    if (name === undefined || !hasSemanticRanker || search.text === undefined)
      return readPassages(connection, search);
    try {
      const semanticSearchOptions = { configurationName: name, semanticQuery: search.question };
      const request = { ...search.request, semanticSearchOptions };
      return await readPassages(connection, { ...search, request });
    } catch (error) {
      if (!lacksSemanticRanker(error)) throw error;
      hasSemanticRanker = false;
      return readPassages(connection, search);
    }
  }

  /** Only the estimate of how rare words are needs it, so that it may fail. */
  async function knownSize(signal: AbortSignal | undefined): Promise<number | undefined> {
    if (size !== undefined && size.until > options.now()) return size.total;
    try {
      const total = await countPassages(connection, signal);
      size = { total, until: options.now() + sizeLastsMs };
      return total;
    } catch {
      return undefined;
    }
  }
}

type PassageSearch = SearchOptions<PassageRecord, (typeof recordFields)[number]>;

function toRequest(
  { limit }: SearchQuery,
  filter: string,
  vector: Float32Array | undefined,
): PassageSearch {
  const request: PassageSearch = {
    filter,
    includeTotalCount: true,
    top: Math.max(limit, leastPassages),
    select: recordFields,
    queryType: 'full',
    searchMode: 'any',
    searchFields: textFields,
    scoringProfile: indexParts.scoringProfile,
  };
  if (vector === undefined) return request;
  return {
    ...request,
    /** Makes the service tell each passage's similarity, which its fused score no longer shows. */
    debug: 'vector',
    vectorSearchOptions: {
      queries: [
        {
          kind: 'vector',
          vector: toNumbers(vector),
          kNearestNeighborsCount: Math.max(limit, nearestPassages),
          fields: [indexParts.vectorField],
        },
      ],
      filterMode: 'preFilter',
    },
  };
}

interface PassageQuery {
  readonly text: string | undefined;
  /** The question as it was asked: what the semantic ranker reads, which knows no query syntax. */
  readonly question: string;
  readonly request: PassageSearch;
  readonly signal: AbortSignal | undefined;
}

interface FoundPassage {
  readonly document: KnowledgeDocument;
  readonly score: number;
  /** Cosine; absent where the vectors did not find it. */
  readonly similarity: number | undefined;
}

interface FoundPassages {
  /** In the service's order. */
  readonly passages: readonly FoundPassage[];
  readonly matching: number;
  /** Whether the semantic ranker ordered them. */
  readonly isReranked: boolean;
}

async function readPassages(connection: Connection, search: PassageQuery): Promise<FoundPassages> {
  return connection.call('search', search.signal, async (callOptions) => {
    const page = await connection.documents.search(search.text, {
      ...search.request,
      ...callOptions,
    });
    const results = await Array.fromAsync(page.results);
    const isReranked = results.some((result) => result.rerankerScore != null);
    return {
      passages: results.map((result) => ({
        document: fromRecord(result.document),
        /** The ranker reads the first fifty; the others come after them. */
        score: isReranked ? (result.rerankerScore ?? 0) : result.score,
        similarity:
          result.documentDebugInfo?.vectors?.subscores?.vectors?.[0]?.[indexParts.vectorField]
            ?.vectorSimilarity,
      })),
      matching: page.count ?? results.length,
      isReranked,
    };
  });
}

function order(
  { passages, isReranked }: FoundPassages,
  byText: readonly SearchHit[],
  isHybrid: boolean,
): readonly SearchHit[] {
  const coverages = new Map(byText.map((hit) => [hit.document.id, hit.coverage]));
  const asServed = passages.map(({ document, score, similarity = 0 }) => ({
    document,
    score,
    similarity,
    coverage: Math.max(coverages.get(document.id) ?? 0, similarity),
  }));
  const toHit = ({ document, score, coverage }: SearchHit): SearchHit => ({
    document,
    score,
    coverage,
  });
  if (isReranked) return asServed.map(toHit);
  if (!isHybrid) return byText;
  const byVector = asServed
    .filter((passage) => passage.similarity !== 0)
    .toSorted((left, right) => right.similarity - left.similarity);
  return fuseByReciprocalRank([
    { hits: byText, weight: 1 },
    { hits: (byVector.length > 0 ? byVector : asServed).map(toHit), weight: 1 },
  ]);
}
