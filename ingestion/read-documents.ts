import { Readable } from 'node:stream';
import type { DocumentSource, SourceFile } from '#services/document-source/port.ts';
import {
  type ListedDocument,
  nameOf,
  type ReadDocumentOptions,
  type ReadDocumentResult,
  readDocument,
} from './read-document.ts';
import type { ArticleProblem } from './read-fields.ts';
import { isMarkdown, isReadable } from './readers/formats.ts';
import { openParser } from './readers/open-parser.ts';

/** What stands in a source, before anything of it is opened. */
export interface ListedSource {
  readonly documents: readonly ListedDocument[];
  /** Descriptions without a document. */
  readonly problems: readonly ArticleProblem[];
  /** How many files are of kinds that are not read. */
  readonly ignoredCount: number;
}

const sidecarEnding = '.meta.yaml';
/** So many documents are read at once, and as many may wait for whoever takes them: memory holds no more. */
const readsAtOnce = 4;

/** Lists the documents of a source, each with its description; hidden files are left out, and what editors leave behind. */
export async function listDocuments(
  source: DocumentSource,
  { isCurated }: Pick<ReadDocumentOptions, 'isCurated'>,
): Promise<ListedSource> {
  const files = (await source.list()).filter(({ path }) => !isHidden(path));
  if (isCurated) {
    const articles = files.filter(({ path }) => isMarkdown(path));
    return {
      documents: articles.map((file) => ({ file })),
      problems: [],
      ignoredCount: files.length - articles.length,
    };
  }
  const sidecars = new Map(
    files
      .filter(({ path }) => path.endsWith(sidecarEnding))
      .map((file) => [file.path.slice(0, -sidecarEnding.length), file]),
  );
  const documents = files
    .filter(({ path }) => isReadable(path))
    .map((file) => pairUp(file, sidecars.get(file.path)));
  const paths = new Set(documents.map(({ file }) => file.path));
  const orphans = [...sidecars].filter(([path]) => !paths.has(path));
  return {
    documents,
    problems: orphans.map(([, file]) => ({
      file: nameOf(source, file),
      message: `describes no document; name it after one, as in guide.pdf${sidecarEnding}`,
    })),
    ignoredCount: files.length - documents.length - sidecars.size,
  };
}

function pairUp(file: SourceFile, sidecar: SourceFile | undefined): ListedDocument {
  return { file, ...(sidecar !== undefined && { sidecar }) };
}

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part.startsWith('~$'));
}

/** Reads listed documents, several at once, and gives what became of each, in their order. */
export async function* readDocuments(
  source: DocumentSource,
  documents: readonly ListedDocument[],
  options: Omit<ReadDocumentOptions, 'parse'>,
): AsyncGenerator<ReadDocumentResult> {
  const parser = openParser();
  const { parse } = parser;
  try {
    yield* Readable.from(documents).map(
      (document: ListedDocument) => readDocument(source, document, { ...options, parse }),
      { concurrency: readsAtOnce },
    );
  } finally {
    await parser.close();
  }
}
