import { createHash } from 'node:crypto';
import { MentorError } from '#errors.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type {
  IndexedDocument,
  KnowledgeDocument,
  KnowledgeIndex,
} from '#services/knowledge-index/port.ts';
import type { Article } from './article-schema.ts';
import { chunkArticle } from './chunk-article.ts';
import type { ArticleProblem } from './read-article.ts';
import { readArticles } from './read-articles.ts';

export interface PublishReport {
  readonly added: string[];
  readonly changed: string[];
  readonly removed: string[];
  unchanged: number;
  /** Files that were left out, each with what to mend. The rest is published all the same. */
  readonly refused: ArticleProblem[];
  /** Why articles were published for full text alone, where the embedding model failed; the next run tries again. */
  embeddingFailure?: MentorError;
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
    (await options.index.listDocuments()).map((document) => [document.documentId, document]),
  );
  const report: PublishReport = {
    added: [],
    changed: [],
    removed: [],
    unchanged: 0,
    refused: [...problems],
  };
  let { embeddings } = options;
  for (const article of articles) {
    const { id } = article.frontMatter;
    const before = published.get(id);
    if (before !== undefined && before.collection !== options.collection) {
      const message = `has the id ${id}, which the collection ${before.collection} has already`;
      report.refused.push({ file: article.file, line: 1, message });
      continue;
    }
    if (isUpToDate(article, before, options, embeddings)) {
      report.unchanged += 1;
      continue;
    }
    const vectors = await embed(article, embeddings, options).catch((error: unknown) => {
      if (!(error instanceof MentorError)) throw error;
      report.embeddingFailure = error;
      /** One failure is enough: a hundred articles would wait for a hundred timeouts. */
      embeddings = undefined;
      return undefined;
    });
    await options.index.putDocument(vectors ?? toPassages(article, undefined, options));
    (before === undefined ? report.added : report.changed).push(id);
  }
  for (const { documentId, collection } of published.values()) {
    if (collection !== options.collection || seen.has(documentId)) continue;
    await options.index.removeDocument(documentId);
    report.removed.push(documentId);
  }
  return report;
}

/**
 * Whether the published version is the one to be published now: with vectors, or, after the embedding model failed,
 * without. A version that has its vectors already is never replaced by one that has none.
 */
function isUpToDate(
  article: Article,
  before: IndexedDocument | undefined,
  options: PublishOptions,
  working: EmbeddingModel | undefined,
): boolean {
  if (options.recreate === true || before === undefined) return false;
  const accepted = [options.embeddings, working].map((model) => fingerprintOf(article, model));
  return accepted.includes(before.contentHash);
}

/** Raise it when passages are cut in another way: every article is then published again. */
const chunkingVersion = 1;

/** What the passages of an article depend on: its file, how it is cut, and what embeds it. */
function fingerprintOf(article: Article, embeddings: EmbeddingModel | undefined): string {
  const embedding =
    embeddings === undefined ? 'none' : `${embeddings.name}/${embeddings.dimensions}`;
  return createHash('sha256')
    .update([chunkingVersion, embedding, article.contentHash].join('\n'))
    .digest('hex');
}

function toPassages(
  article: Article,
  embeddings: EmbeddingModel | undefined,
  options: PublishOptions,
): KnowledgeDocument[] {
  return chunkArticle(article, {
    now: options.now?.() ?? new Date(),
    collection: options.collection,
    contentHash: fingerprintOf(article, embeddings),
  });
}

async function embed(
  article: Article,
  embeddings: EmbeddingModel | undefined,
  options: PublishOptions,
): Promise<KnowledgeDocument[]> {
  const passages = toPassages(article, embeddings, options);
  if (embeddings === undefined) return passages;
  const texts = passages.map(
    (passage) => `${passage.title}\n${passage.section}\n${passage.content}`,
  );
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += embeddings.maxBatchSize)
    vectors.push(...(await embeddings.embed(texts.slice(start, start + embeddings.maxBatchSize))));
  return passages.map((passage, position) => {
    const contentVector = vectors[position];
    return contentVector === undefined ? passage : { ...passage, contentVector };
  });
}
