import { type ContentKind, contentKindOf } from './content-kind.ts';
import { type DocumentReader, type ReadDocument, UnreadableDocument } from './reader.ts';

interface Format {
  readonly holds: ContentKind;
  readonly maxMegabytes: number;
  /** Whether its parser may take long, or take much memory. */
  readonly needsWorker?: boolean;
  /** Loads the parser, which only those pay for who have such a file. */
  readonly load: () => Promise<DocumentReader>;
}

const markdown: Format = {
  holds: 'text',
  maxMegabytes: 10,
  load: async () => (await import('./markdown.ts')).readMarkdown,
};
const html: Format = {
  holds: 'text',
  maxMegabytes: 10,
  needsWorker: true,
  load: async () => (await import('./html.ts')).readHtml,
};

const formats: Readonly<Record<string, Format>> = {
  md: markdown,
  markdown,
  html,
  htm: html,
  txt: {
    holds: 'text',
    maxMegabytes: 10,
    load: async () => (await import('./plain-text.ts')).readPlainText,
  },
  pdf: {
    holds: 'pdf',
    maxMegabytes: 50,
    needsWorker: true,
    load: async () => (await import('./pdf.ts')).readPdf,
  },
  docx: {
    holds: 'zip',
    maxMegabytes: 50,
    needsWorker: true,
    load: async () => (await import('./docx.ts')).readDocx,
  },
};

/** Whether a file of this name is a document that can be read. */
export function isReadable(path: string): boolean {
  return formatOf(path) !== undefined;
}

/** Whether it is Markdown, whose front matter may say what no other file tells. */
export function isMarkdown(path: string): boolean {
  return formatOf(path) === markdown;
}

/** Whether a document of this name is parsed in a thread of its own. */
export function needsWorker(path: string): boolean {
  return formatOf(path)?.needsWorker ?? false;
}

/** Throws UnreadableDocument where a file of this name is larger than what is read of its kind. */
export function checkSize(path: string, sizeBytes: number): void {
  const maxMegabytes = formatOf(path)?.maxMegabytes ?? 0;
  if (sizeBytes > maxMegabytes * 1_000_000)
    throw new UnreadableDocument(
      `has ${Math.ceil(sizeBytes / 1_000_000)} MB, and at most ${maxMegabytes} MB are read; split it`,
    );
}

/** Reads a document by the ending of its name, after a look at whether it holds what the name says. */
export async function readByFormat(path: string, bytes: Uint8Array): Promise<ReadDocument> {
  const format = formatOf(path);
  if (format === undefined) throw new UnreadableDocument('is of a kind that is not read');
  if (bytes.length === 0)
    throw new UnreadableDocument('is empty; write something in it, or delete it');
  const found = contentKindOf(bytes);
  if (found !== format.holds) throw new UnreadableDocument(mismatch(format, found));
  const read = await format.load();
  return await read(bytes);
}

function formatOf(path: string): Format | undefined {
  const [, ending] = /[^/]\.([^./]+)$/.exec(path) ?? [];
  const key = ending?.toLowerCase() ?? '';
  return Object.hasOwn(formats, key) ? formats[key] : undefined;
}

function mismatch({ holds }: Format, found: ContentKind): string {
  if (holds === 'zip' && found === 'old-office')
    return 'is locked with a password, or of an older Word; save it as .docx without a password';
  const heldAs = {
    pdf: 'a PDF',
    zip: 'an archive or Office document',
    'old-office': 'an older Office document',
  };
  if (found === 'pdf' || found === 'zip' || found === 'old-office')
    return `holds ${heldAs[found]}, which its name does not say; give it the ending that fits`;
  if (holds === 'text')
    return 'holds something else than text; save it as text in UTF-8, or give it the ending that fits';
  const wanted = holds === 'pdf' ? 'PDF' : 'Word document';
  return `holds no ${wanted}; give it the ending that fits, or save it anew`;
}
