import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';

/** A passage of a document of its own, with what a test does not care about filled in. */
export function makePassage(changes: Partial<KnowledgeDocument> = {}): KnowledgeDocument {
  const documentId = changes.documentId ?? 'article';
  const chunkIndex = changes.chunkIndex ?? 0;
  const title = changes.title ?? 'An article';
  return {
    id: `${documentId}#${chunkIndex}`,
    documentId,
    title,
    content: 'A sentence.',
    summary: 'What it is about.',
    documentType: 'guide',
    category: 'Career Guides',
    subcategory: 'Roles',
    tags: [],
    questions: [],
    chunkIndex,
    totalChunks: 1,
    targetAudience: ['mid'],
    careerPaths: ['any'],
    skillsCovered: [],
    authorityScore: 0.5,
    freshnessScore: 0.5,
    engagementScore: 0.5,
    sourceUrl: `/articles/${documentId}`,
    section: title,
    part: 'body',
    sources: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01',
    version: 1,
    collection: 'articles',
    contentHash: 'hash-1',
    ...changes,
  };
}
