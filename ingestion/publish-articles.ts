import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type { KnowledgeDocument, KnowledgeIndex } from '#services/knowledge-index/port.ts';
import type { Article } from './article-schema.ts';
import { chunkArticle } from './chunk-article.ts';
import { type ArticleProblem, readArticle } from './read-article.ts';

export interface PublishReport {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  /** Files that were left out, each with what to mend. The rest is published all the same. */
  readonly refused: readonly ArticleProblem[];
}

export interface PublishOptions {
  readonly index: KnowledgeIndex;
  readonly embeddings?: EmbeddingModel;
  /** Names the collection in the index; only its documents are ever removed. */
  readonly collection: string;
  readonly now?: () => Date;
  /** Publishes everything again, changed or not. */
  readonly recreate?: boolean;
}

/**
 * Makes the index hold exactly the Markdown articles of a folder: what changed by content hash is replaced, what
 * disappeared is removed, and a file that cannot be read keeps the version that was published before.
 */
export async function publishArticles(
  folder: string,
  options: PublishOptions,
): Promise<PublishReport> {
  const { articles, problems, seen } = await readArticles(folder);
  const published = new Map(
    (await options.index.listDocuments())
      .filter((document) => document.collection === options.collection)
      .map((document) => [document.documentId, document.contentHash]),
  );
  const report = {
    added: [] as string[],
    changed: [] as string[],
    removed: [] as string[],
    unchanged: 0,
    refused: problems,
  };
  for (const article of articles) {
    const { id } = article.frontMatter;
    const before = published.get(id);
    if (before === article.contentHash && options.recreate !== true) {
      report.unchanged += 1;
      continue;
    }
    await options.index.putDocument(await toPassages(article, options));
    (before === undefined ? report.added : report.changed).push(id);
  }
  for (const documentId of published.keys()) {
    if (seen.has(documentId)) continue;
    await options.index.removeDocument(documentId);
    report.removed.push(documentId);
  }
  return report;
}

interface ReadFolder {
  readonly articles: readonly Article[];
  readonly problems: ArticleProblem[];
  /** Ids of all files, those that could not be read by their file name. */
  readonly seen: ReadonlySet<string>;
}

/** Reads every Markdown file below a folder; of two files with one id the second is refused. */
export async function readArticles(folder: string): Promise<ReadFolder> {
  const names = await readdir(folder, { recursive: true });
  const articles: Article[] = [];
  const problems: ArticleProblem[] = [];
  const fileById = new Map<string, string>();
  for (const name of names.filter((entry) => entry.endsWith('.md')).toSorted()) {
    const path = join(folder, name);
    const file = relative(process.cwd(), path);
    const result = readArticle(file, await readFile(path, 'utf8'));
    const stem = name.replace(/^.*[/\\]/, '').replace(/\.md$/, '');
    const id = result.article?.frontMatter.id ?? stem;
    const twin = fileById.get(id);
    fileById.set(id, twin ?? file);
    if (result.problems !== undefined) problems.push(...result.problems);
    else if (twin !== undefined)
      problems.push({ file, line: 1, message: `has the id ${id}, which ${twin} has already` });
    else articles.push(result.article);
  }
  return { articles, problems, seen: new Set(fileById.keys()) };
}

async function toPassages(article: Article, options: PublishOptions): Promise<KnowledgeDocument[]> {
  const now = options.now?.() ?? new Date();
  const passages = chunkArticle(article, { now, collection: options.collection });
  if (options.embeddings === undefined) return passages;
  const vectors: Float32Array[] = [];
  const texts = passages.map(
    (passage) => `${passage.title}\n${passage.section}\n${passage.content}`,
  );
  for (let start = 0; start < texts.length; start += options.embeddings.maxBatchSize)
    vectors.push(
      ...(await options.embeddings.embed(
        texts.slice(start, start + options.embeddings.maxBatchSize),
      )),
    );
  return passages.map((passage, position) => {
    const contentVector = vectors[position];
    return contentVector === undefined ? passage : { ...passage, contentVector };
  });
}
