import { extractTextItems, getDocumentProxy, getMeta } from 'unpdf';
import { layOutPages } from './pdf-layout.ts';
import { type ReadDocument, UnreadableDocument } from './reader.ts';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

const maxPages = 3_000;
/** A scanned page may carry a stamp or a page number that is text. */
const fewestLettersPerPage = 10;

/** Reads the text of a PDF; what stands out by its size becomes a heading. */
export async function readPdf(bytes: Uint8Array): Promise<ReadDocument> {
  const pdf = await openPdf(bytes);
  try {
    if (pdf.numPages > maxPages)
      throw new UnreadableDocument(
        `has ${pdf.numPages} pages, and at most ${maxPages} are read; split it`,
      );
    const [{ items }, fields] = await readPages(pdf);
    const body = layOutPages(items);
    const letters = body.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
    if (letters < fewestLettersPerPage * pdf.numPages)
      throw new UnreadableDocument(
        'holds pictures of text but no text; run OCR first, for example with ocrmypdf',
      );
    return { body, fields };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

async function openPdf(bytes: Uint8Array): Promise<PdfDocument> {
  try {
    /** The parser keeps what it is given for itself. */
    return await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  } catch (error) {
    throw isLocked(error)
      ? new UnreadableDocument('is locked with a password; save it without one', { cause: error })
      : damaged(error);
  }
}

async function readPages(pdf: PdfDocument) {
  try {
    return await Promise.all([extractTextItems(pdf), readProperties(pdf)]);
  } catch (error) {
    throw isLocked(error)
      ? new UnreadableDocument('is locked with a password; save it without one', { cause: error })
      : damaged(error);
  }
}

async function readProperties(pdf: PdfDocument): Promise<ReadDocument['fields']> {
  const { info } = await getMeta(pdf);
  const title: unknown = info['Title'];
  const [, year, month, day] =
    /^D:(\d{4})(\d{2})(\d{2})/.exec(String(info['ModDate'] ?? info['CreationDate'] ?? '')) ?? [];
  return {
    ...(typeof title === 'string' && title.trim() !== '' && { title: title.trim() }),
    ...(year !== undefined && { last_reviewed: `${year}-${month}-${day}` }),
  };
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && error.name === 'PasswordException';
}

function damaged(error: unknown): UnreadableDocument {
  return new UnreadableDocument('is damaged; save or export it anew', { cause: error });
}
