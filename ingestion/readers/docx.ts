import mammoth from 'mammoth';
import { convertHtml } from './html-to-markdown.ts';
import { checkOfficeFile } from './office-file.ts';
import { type ReadDocument, UnreadableDocument } from './reader.ts';

/** Reads a Word document: its text with headings, lists and tables; pictures and what it links to are left alone. */
export async function readDocx(bytes: Uint8Array): Promise<ReadDocument> {
  const { parts } = await checkOfficeFile(bytes, ['word/document.xml', 'docProps/core.xml']);
  if (!parts.has('word/document.xml'))
    throw new UnreadableDocument(
      'is no Word document; give it the ending that fits, or save it as .docx',
    );
  const properties = readProperties(parts.get('docProps/core.xml') ?? '');
  const { value } = await toHtml(bytes);
  return { body: convertHtml(value).markdown, fields: properties };
}

async function toHtml(bytes: Uint8Array) {
  try {
    return await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes) },
      {
        externalFileAccess: false,
        styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"],
        convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
      },
    );
  } catch (error) {
    throw new UnreadableDocument('is damaged; open it in Word and save it anew', { cause: error });
  }
}

/** Word's own properties of the document (ECMA-376, part 2: core properties). */
function readProperties(xml: string): ReadDocument['fields'] {
  const textOf = (tag: string) =>
    decodeEntities(new RegExp(`<${tag}(?:\\s[^>]*)?>([^<]*)</${tag}>`).exec(xml)?.[1] ?? '').trim();
  const title = textOf('dc:title');
  const modified = /^\d{4}-\d{2}-\d{2}/.exec(textOf('dcterms:modified'))?.[0];
  return {
    ...(title !== '' && { title }),
    ...(modified !== undefined && { last_reviewed: modified }),
  };
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

function decodeEntities(text: string): string {
  return text.replaceAll(/&\w+;/g, (entity) => entities[entity] ?? entity);
}
