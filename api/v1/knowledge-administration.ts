import { RequestProblem } from '#api/problem.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { type Route, route } from './operation.ts';
import { operations } from './operations.ts';
import type { Publications } from './publications.ts';

export interface KnowledgeAdministrationOptions {
  readonly index: Pick<KnowledgeIndex, 'listDocuments' | 'removeDocument'>;
  readonly publications: Publications;
  /** Called after a document was removed. */
  readonly onKnowledgeChanged: () => Promise<void>;
}

/** What administrators may do with the articles. */
export function knowledgeAdministrationRoutes({
  index,
  publications,
  onKnowledgeChanged,
}: KnowledgeAdministrationOptions): Route[] {
  return [
    route(operations.listDocuments, async () => ({
      body: {
        documents: (await index.listDocuments()).map(
          ({ documentId, title, category, collection, chunkCount }) => ({
            documentId,
            title,
            category,
            collection,
            passages: chunkCount,
          }),
        ),
      },
    })),
    route(operations.removeDocument, async ({ params }) => {
      if (!(await index.removeDocument(params.documentId))) throw new RequestProblem('not-found');
      await onKnowledgeChanged();
      return {};
    }),
    route(operations.publishDocuments, async ({ body }) => {
      const publication = publications.start(body.recreate);
      return {
        body: publication,
        headers: { Location: `/api/v1/knowledge/publications/${publication.publicationId}` },
      };
    }),
    route(operations.listPublications, async () => ({
      body: { publications: publications.list() },
    })),
    route(operations.getPublication, async ({ params }) => {
      const publication = publications.find(params.publicationId);
      if (publication === undefined) throw new RequestProblem('not-found');
      return { body: publication };
    }),
  ];
}
