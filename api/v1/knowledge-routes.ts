import { basename, isAbsolute } from 'node:path';
import { openableUrl } from '#bot/source-url.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type {
  IndexedDocument,
  KnowledgeIndex,
  SearchHit,
  SynonymGroup,
} from '#services/knowledge-index/port.ts';
import { type Route, route } from './operation.ts';
import { operations } from './operations.ts';
import type { KnowledgeQuery, KnowledgeResults, KnowledgeStats } from './schemas/knowledge.ts';

export interface KnowledgeRoutesOptions {
  readonly index: Pick<KnowledgeIndex, 'search' | 'listDocuments'>;
  /** Absent: words alone. */
  readonly embeddings: EmbeddingModel | undefined;
  readonly synonymsOf: (text: string) => readonly SynonymGroup[];
  readonly publicUrl: () => string;
}

/** How many passages are looked at for one search. */
const mostFound = 100;

/** What anybody who is signed in may ask of the articles. */
export function knowledgeRoutes(options: KnowledgeRoutesOptions): Route[] {
  return [
    route(operations.searchKnowledge, async ({ query, signal }) => ({
      body: await search(query, options, signal),
    })),
    route(operations.getKnowledgeStats, async () => ({
      body: statsOf(await options.index.listDocuments()),
    })),
  ];
}

async function search(
  query: KnowledgeQuery,
  { index, embeddings, synonymsOf, publicUrl }: KnowledgeRoutesOptions,
  signal: AbortSignal,
): Promise<KnowledgeResults> {
  const vector = await embed(query.q, embeddings, signal);
  const found = await index.search(
    {
      text: query.q,
      synonyms: synonymsOf(query.q),
      limit: mostFound,
      ...(vector === undefined ? {} : { vector }),
      filter: {
        ...(query.documentType === undefined ? {} : { documentTypes: query.documentType }),
        ...(query.category === undefined ? {} : { categories: query.category }),
      },
    },
    { signal },
  );
  const hits = found.filter(
    ({ document }) =>
      fits(query.careerPath, document.careerPaths) && fits(query.audience, document.targetAudience),
  );
  const documents = hits.map(({ document }) => document);
  return {
    results: hits.slice(0, query.limit).map((hit) => present(hit, publicUrl())),
    total: hits.length,
    facets: {
      documentType: facetOf(documents.map(({ documentType }) => documentType)),
      category: facetOf(documents.map(({ category }) => category)),
      careerPath: facetOf(documents.flatMap(({ careerPaths }) => careerPaths)),
      audience: facetOf(documents.flatMap(({ targetAudience }) => targetAudience)),
    },
  };
}

/** Without embeddings, or when they fail, the words serve alone. */
async function embed(
  text: string,
  embeddings: EmbeddingModel | undefined,
  signal: AbortSignal,
): Promise<Float32Array | undefined> {
  try {
    return (await embeddings?.embed([text], { signal }))?.[0];
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function fits(wanted: readonly string[] | undefined, present: readonly string[]): boolean {
  return wanted === undefined || wanted.some((value) => present.includes(value));
}

function present(
  { document, score }: SearchHit,
  publicUrl: string,
): KnowledgeResults['results'][number] {
  const { sourceUrl } = document;
  return {
    id: document.id,
    documentId: document.documentId,
    title: document.title,
    section: document.section,
    passage: document.content,
    documentType: document.documentType,
    category: document.category,
    subcategory: document.subcategory,
    tags: [...document.tags],
    targetAudience: [...document.targetAudience],
    careerPaths: [...document.careerPaths],
    sourceUrl: openableUrl(sourceUrl, publicUrl) ?? '',
    date: document.updatedAt,
    score,
  };
}

/** The most frequent value first. */
function facetOf(values: readonly string[]): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .toSorted((left, right) => right.count - left.count || left.value.localeCompare(right.value));
}

function statsOf(documents: readonly IndexedDocument[]): KnowledgeStats {
  return {
    documents: documents.length,
    passages: countPassages(documents),
    categories: groupsOf(documents, 'category').map(([category, group]) => ({
      category,
      documents: group.length,
      passages: countPassages(group),
    })),
    collections: groupsOf(documents.map(withPublicCollection), 'collection').map(
      ([collection, group]) => ({
        collection,
        documents: group.length,
        passages: countPassages(group),
      }),
    ),
  };
}

/** Collections of folders elsewhere on the machine are named by their paths; where those are is nobody's business. */
function withPublicCollection(document: IndexedDocument): IndexedDocument {
  const { collection } = document;
  return isAbsolute(collection) ? { ...document, collection: basename(collection) } : document;
}

function groupsOf(
  documents: readonly IndexedDocument[],
  field: 'category' | 'collection',
): [string, IndexedDocument[]][] {
  return [...Map.groupBy(documents, (document) => document[field])].toSorted(([left], [right]) =>
    left.localeCompare(right),
  );
}

function countPassages(documents: readonly Pick<IndexedDocument, 'chunkCount'>[]): number {
  return documents.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
}
