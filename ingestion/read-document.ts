import { createHash } from 'node:crypto';
import { printable } from '#language/printable.ts';
import type { DocumentSource, SourceFile } from '#services/document-source/port.ts';
import { type Article, type DocumentFields, sidecarSchema } from './article-schema.ts';
import type { ArticleProblem } from './read-fields.ts';
import { decodeText } from './readers/decode-text.ts';
import { checkSize, isMarkdown } from './readers/formats.ts';
import type { Parser } from './readers/open-parser.ts';
import { UnreadableDocument } from './readers/reader.ts';

/** A document of a source, with the file beside it that describes it. */
export interface ListedDocument {
  readonly file: SourceFile;
  readonly sidecar?: SourceFile;
}

/** What became of one document of a source. */
export type ReadDocumentResult =
  | { readonly kind: 'read'; readonly article: Article; readonly version?: string }
  /** It is published as it stands; it was not parsed again. */
  | { readonly kind: 'unchanged'; readonly documentId: string; readonly file: string }
  | {
      readonly kind: 'refused';
      readonly problems: readonly ArticleProblem[];
      /** Under which of these an earlier version of it may be published. */
      readonly likelyIds: readonly string[];
    };

/** What is published of a source already; by it, documents that did not change are passed over. */
export interface PublishedVersions {
  /** The document that was published from this version of a file. */
  idOfVersion(version: string): string | undefined;
  hasContent(documentId: string, contentHash: string): boolean;
}

export interface ReadDocumentOptions {
  /** Every file is an article as docs/adding-an-article.md asks for it; nothing is made up for what it lacks. */
  readonly isCurated: boolean;
  readonly published?: PublishedVersions;
  readonly parse: Parser['parse'];
}

/** More text than a library of books; beyond it the file is data. */
const maxTextCharacters = 5_000_000;
const maxSidecarBytes = 100_000;

/**
 * Reads one document of a source; never rejects for what is wrong with the document itself. What parses loads with the first
 * document that has changed, which at most starts is none.
 */
export async function readDocument(
  source: DocumentSource,
  listed: ListedDocument,
  options: ReadDocumentOptions,
): Promise<ReadDocumentResult> {
  const name = nameOf(source, listed.file);
  const version = versionOf(listed);
  const known = version === undefined ? undefined : options.published?.idOfVersion(version);
  if (known !== undefined) return { kind: 'unchanged', documentId: known, file: name };
  const seen: string[] = [];
  try {
    checkSize(listed.file.path, listed.file.sizeBytes);
    const bytes = await readBytes(source, listed.file);
    /** It may have grown since it was listed. */
    checkSize(listed.file.path, bytes.length);
    if (options.isCurated) return await readCurated({ listed, name, bytes, seen }, options);
    const result = await readAny(source, { listed, name, bytes, seen }, options);
    return result.kind === 'read' && version !== undefined ? { ...result, version } : result;
  } catch (error) {
    return {
      kind: 'refused',
      problems: problemsOf(error, name),
      likelyIds: await likelyIdsOf(source, listed, seen),
    };
  }
}

/** A version of the source's own, or else the bytes: every start reads all articles, and parsing takes most of that. */
async function readCurated(
  { listed, name, bytes, seen }: OpenedDocument,
  { published }: ReadDocumentOptions,
): Promise<ReadDocumentResult> {
  const version =
    versionOf(listed) ??
    createHash('sha256').update(`${listed.file.path}\n`).update(bytes).digest('hex');
  const documentId = published?.idOfVersion(version);
  if (documentId !== undefined) return { kind: 'unchanged', documentId, file: name };
  const { readArticle } = await import('./read-article.ts');
  const text = decodeText(bytes);
  seen.push(text);
  const { article, problems } = readArticle(name, text);
  if (problems !== undefined) throw new UnreadableArticle(problems);
  return { kind: 'read', article, version };
}

interface OpenedDocument {
  readonly listed: ListedDocument;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Texts in which an id may be written, for a document that turns out to be unreadable. */
  readonly seen: string[];
}

async function readAny(
  source: DocumentSource,
  { listed, name, bytes, seen }: OpenedDocument,
  { published, parse }: ReadDocumentOptions,
): Promise<ReadDocumentResult> {
  const { describeDocument, documentIdOf } = await import('./describe-document.ts');
  const { file, sidecar } = listed;
  const hash = createHash('sha256').update(bytes);
  const said = sidecar === undefined ? {} : await readSidecar(source, sidecar, hash, seen);
  const contentHash = hash.update(file.url ?? '').digest('hex');
  const id = said.id ?? documentIdOf(source.name, file.path);
  if (isMarkdown(file.path)) seen.push(Buffer.from(bytes.subarray(0, 10_000)).toString('utf8'));
  else if (published?.hasContent(id, contentHash))
    return { kind: 'unchanged', documentId: id, file: name };
  const document = await parse(file.path, bytes);
  if (document.body.length > maxTextCharacters)
    throw new UnreadableDocument(
      `holds more than ${maxTextCharacters / 1_000_000} million characters of text; split it`,
    );
  const described = describeDocument(document, said, { source: source.name, file });
  if (!described.hasText)
    throw new UnreadableDocument('holds no text; write something in it, or delete it');
  const { frontMatter, hasNamedSections } = described;
  return {
    kind: 'read',
    article: { file: name, frontMatter, body: document.body, contentHash, hasNamedSections },
  };
}

async function readSidecar(
  source: DocumentSource,
  sidecar: SourceFile,
  hash: ReturnType<typeof createHash>,
  seen: string[],
): Promise<DocumentFields> {
  const file = nameOf(source, sidecar);
  if (sidecar.sizeBytes > maxSidecarBytes)
    throw new UnreadableArticle([{ file, message: 'is too large for a description; shorten it' }]);
  const [{ normaliseText }, { readFields }] = await Promise.all([
    import('./read-article.ts'),
    import('./read-fields.ts'),
  ]);
  const text = normaliseText(decodeText(await readBytes(source, sidecar)));
  seen.push(text);
  hash.update(text);
  const { fields, problems } = readFields(text, sidecarSchema, { file, name: 'description' });
  if (problems !== undefined) throw new UnreadableArticle(problems);
  return fields;
}

/** Problems that name their file themselves. */
class UnreadableArticle extends Error {
  override readonly name = 'UnreadableArticle';
  readonly problems: readonly ArticleProblem[];

  constructor(problems: readonly ArticleProblem[]) {
    super('The document cannot be read');
    this.problems = problems;
  }
}

async function readBytes(source: DocumentSource, file: SourceFile): Promise<Uint8Array> {
  try {
    return await source.read(file.path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadableArticle([
      { file: nameOf(source, file), message: `could not be read: ${reason}` },
    ]);
  }
}

function problemsOf(error: unknown, file: string): ArticleProblem[] {
  if (error instanceof UnreadableArticle) return [...error.problems];
  if (error instanceof UnreadableDocument)
    return error.problems.map(({ line, message }) => ({
      file,
      message,
      ...(line !== undefined && { line }),
    }));
  /** Parsers throw in their own ways over what they do not understand, and run out of stack over what is nested. */
  const reason = printable(error instanceof Error ? error.message : String(error));
  return [{ file, message: `cannot be parsed (${reason}); save or export it anew` }];
}

/** What a refused document may have been published as before: that version is kept. */
async function likelyIdsOf(
  source: DocumentSource,
  { file }: ListedDocument,
  texts: readonly string[],
): Promise<string[]> {
  const { documentIdOf } = await import('./describe-document.ts');
  const written = texts.flatMap((text) => /^id:[ \t]*["']?([\w-]+)/m.exec(text)?.[1] ?? []);
  const [, stem = ''] = /([^/]+?)(?:\.[^./]*)?$/.exec(file.path) ?? [];
  return [...written, stem, documentIdOf(source.name, file.path)];
}

/** Changes with the document or what describes it; absent where the source does not tell versions. */
function versionOf({ file, sidecar }: ListedDocument): string | undefined {
  if (file.version === undefined) return undefined;
  return [file.path, file.url, file.version, sidecar?.version].join('\n');
}

/** How messages name a file; a name cannot move the cursor of whoever reads them. */
export function nameOf(source: DocumentSource, { path }: Pick<SourceFile, 'path'>): string {
  return printable(`${source.name}/${path}`).replaceAll(/[\n\t]/g, ' ');
}
