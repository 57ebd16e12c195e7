import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chunkArticle } from '#ingestion/chunk-article.ts';
import { readArticle } from '#ingestion/read-article.ts';
import { createRoadmaps, type Roadmaps } from '#mentor/cite-roadmap.ts';
import { type LearningPaths, readLearningPaths } from '#mentor/learning-paths.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';

export const knowledgeFolder = join(import.meta.dirname, '../../knowledge');

let paths: LearningPaths | undefined;

/** The paths of the knowledge folder, read once. */
export function builtInPaths(): LearningPaths {
  paths ??= readLearningPaths(knowledgeFolder);
  return paths;
}

/** The passages of an article of ours, without an index; none where there is no such article. */
export async function builtInArticle(id: string): Promise<KnowledgeDocument[]> {
  const [file] = globSync(`${knowledgeFolder}/articles/*/${id}.md`);
  if (file === undefined) return [];
  const { article, problems } = readArticle(file, readFileSync(file, 'utf8'));
  if (article === undefined) throw new Error(`${file}: ${problems?.[0]?.message}`);
  return chunkArticle(article, {
    now: new Date('2026-11-23'),
    collection: 'articles',
    contentHash: 'x',
  });
}

/** Roadmaps of the knowledge folder and its articles. */
export function builtInRoadmaps(): Roadmaps {
  const now = () => new Date('2026-11-23');
  return createRoadmaps(builtInPaths(), { getDocument: builtInArticle }, now);
}
