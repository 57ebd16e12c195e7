import type { DocumentSource } from '#services/document-source/port.ts';
import type { Article } from './article-schema.ts';
import { listDocuments, readDocuments } from './read-documents.ts';
import type { ArticleProblem } from './read-fields.ts';

export interface ReadArticles {
  /** In the order of their paths. */
  readonly articles: readonly Article[];
  readonly problems: readonly ArticleProblem[];
}

/** Reads every article of a source that holds nothing else, such as the built-in ones, and what is wrong with the others. */
export async function readArticles(source: DocumentSource): Promise<ReadArticles> {
  const { documents } = await listDocuments(source, { isCurated: true });
  const results = await Array.fromAsync(readDocuments(source, documents, { isCurated: true }));
  return {
    articles: results.flatMap((result) => (result.kind === 'read' ? [result.article] : [])),
    problems: results.flatMap((result) => (result.kind === 'refused' ? result.problems : [])),
  };
}
