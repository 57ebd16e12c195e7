import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { MentorError } from '#errors.ts';
import type { DocumentSource } from '#services/document-source/port.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type {
  IndexedDocument,
  KnowledgeDocument,
  KnowledgeIndex,
} from '#services/knowledge-index/port.ts';
import type { Article } from './article-schema.ts';
import type { PublishedVersions, ReadDocumentResult } from './read-document.ts';
import { listDocuments, readDocuments } from './read-documents.ts';
import type { ArticleProblem } from './read-fields.ts';

export interface PublishReport {
  readonly added: string[];
  readonly changed: string[];
  readonly removed: string[];
  unchanged: number;
  /** Files that were left out, each with what to mend. The rest is published all the same. */
  readonly refused: ArticleProblem[];
  /** How many files are of kinds that are not read. */
  readonly ignored: number;
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
  /** Takes Markdown articles with their whole front matter alone; else any document, with defaults for what it lacks. */
  readonly isCurated?: boolean;
  /** Called after each document. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** So many documents are embedded and written at once. */
const writesAtOnce = 4;

/**
 * Makes the index hold exactly the documents of a source: what changed is replaced, what disappeared is removed, and a file
 * that cannot be read keeps the version that was published before. Rejects, with nothing removed, where the source cannot
 * be listed or the index fails.
 */
export async function publishArticles(
  source: DocumentSource,
  options: PublishOptions,
): Promise<PublishReport> {
  const { isCurated = false } = options;
  const { documents, problems, ignoredCount } = await listDocuments(source, { isCurated });
  const published = (await options.index.listDocuments()).map(
    (document) => [document.documentId, document] as const,
  );
  const publisher = createPublisher(new Map(published), options, {
    added: [],
    changed: [],
    removed: [],
    unchanged: 0,
    refused: [...problems],
    ignored: ignoredCount,
  });
  let done = 0;
  const results = readDocuments(source, documents, { isCurated, published: publisher.versions });
  await Readable.from(results).forEach(
    async (result: ReadDocumentResult) => {
      await publisher.take(result);
      done += 1;
      options.onProgress?.(done, documents.length);
    },
    { concurrency: writesAtOnce },
  );
  return await publisher.finish();
}

function createPublisher(
  published: ReadonlyMap<string, IndexedDocument>,
  options: PublishOptions,
  report: PublishReport,
) {
  let { embeddings } = options;
  const fileById = new Map<string, string>();
  const seen = new Set<string>();
  const idByVersion = new Map(
    [...published.values()]
      .filter(({ collection }) => collection === options.collection)
      .map(({ documentId, contentHash }) => [contentHash.split('.')[1], documentId]),
  );
  const acceptedModels = () => [options.embeddings, embeddings];
  const versions: PublishedVersions = {
    idOfVersion: (version) =>
      options.recreate === true
        ? undefined
        : acceptedModels()
            .map((model) => idByVersion.get(fingerprintOf(version, model)))
            .find((id) => id !== undefined),
    /**
     * With vectors, or, after the embedding model failed, without. A version that has its vectors already is never
     * replaced by one that has none.
     */
    hasContent(documentId, contentHash) {
      const before = published.get(documentId);
      if (options.recreate === true || before?.collection !== options.collection) return false;
      const [content] = before.contentHash.split('.');
      return acceptedModels().some((model) => fingerprintOf(contentHash, model) === content);
    },
  };

  /** Whether the id is this file's; the problem is noted where another has it. */
  function claim(id: string, file: string): boolean {
    seen.add(id);
    const twin = fileById.get(id);
    const before = published.get(id);
    const owner =
      before === undefined || before.collection === options.collection
        ? twin
        : `the collection ${before.collection}`;
    if (owner === undefined) fileById.set(id, file);
    else
      report.refused.push({
        file,
        message: `has the id ${id}, which ${owner} has already; rename one of them, or write another id into its front matter or a file beside it, such as ${basename(file)}.meta.yaml`,
      });
    return owner === undefined;
  }

  async function publish(article: Article, version: string | undefined): Promise<void> {
    // A start whose articles are published already cuts none.
    const { chunkArticle } = await import('./chunk-article.ts');
    const { id } = article.frontMatter;
    const toPassages = (model: EmbeddingModel | undefined) =>
      chunkArticle(article, {
        now: options.now?.() ?? new Date(),
        collection: options.collection,
        contentHash: publishedHashOf(article, version, model),
      });
    const passages = await embed(toPassages(embeddings), embeddings).catch((error: unknown) => {
      if (!(error instanceof MentorError)) throw error;
      report.embeddingFailure = error;
      /** One failure is enough: a hundred articles would wait for a hundred timeouts. */
      embeddings = undefined;
      return toPassages(undefined);
    });
    await options.index.putDocument(passages);
    (published.has(id) ? report.changed : report.added).push(id);
  }

  async function takeArticle(article: Article, version: string | undefined): Promise<void> {
    const { id } = article.frontMatter;
    if (!claim(id, article.file)) return;
    if (versions.hasContent(id, article.contentHash)) report.unchanged += 1;
    else await publish(article, version);
  }

  return {
    versions,
    async take(result: ReadDocumentResult): Promise<void> {
      if (result.kind === 'read') return await takeArticle(result.article, result.version);
      if (result.kind === 'unchanged') {
        if (claim(result.documentId, result.file)) report.unchanged += 1;
        return;
      }
      report.refused.push(...result.problems);
      for (const id of result.likelyIds) seen.add(id);
    },
    async finish(): Promise<PublishReport> {
      for (const { documentId, collection } of published.values()) {
        if (collection !== options.collection || seen.has(documentId)) continue;
        await options.index.removeDocument(documentId);
        report.removed.push(documentId);
      }
      for (const ids of [report.added, report.changed, report.removed]) ids.sort();
      return report;
    },
  };
}

/** Raise it when documents are read or cut in another way: each is then published again. */
const readingVersion = 5;

/** What the passages of a document depend on: what it says, how it is read, and what embeds it. */
function fingerprintOf(content: string, embeddings: EmbeddingModel | undefined): string {
  const embedding =
    embeddings === undefined ? 'none' : `${embeddings.name}/${embeddings.dimensions}`;
  return createHash('sha256').update([readingVersion, embedding, content].join('\n')).digest('hex');
}

/** By the first part the same content is known again, by the second a file that was not written since. */
function publishedHashOf(
  article: Article,
  version: string | undefined,
  embeddings: EmbeddingModel | undefined,
): string {
  return [article.contentHash, version]
    .filter((part) => part !== undefined)
    .map((part) => fingerprintOf(part, embeddings))
    .join('.');
}

async function embed(
  passages: KnowledgeDocument[],
  embeddings: EmbeddingModel | undefined,
): Promise<KnowledgeDocument[]> {
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
