import { strToU8, type Zippable, zipSync } from 'fflate';

export interface DocxOptions {
  /** Paragraphs and tables of the document's body, as WordprocessingML. */
  readonly body: string;
  readonly title?: string;
  /** The day of the last change, as in `2026-01-31`. */
  readonly modified?: string;
  /** Goes before the document's root element, such as a DOCTYPE. */
  readonly prolog?: string;
  /** Further relationships of the document, as XML. */
  readonly relationships?: string;
  /** Further parts, or others in place of the usual ones. */
  readonly parts?: Zippable;
}

const office = 'http://schemas.openxmlformats.org/officeDocument/2006';
const packaging = 'http://schemas.openxmlformats.org/package/2006';

/** A Word document with the parts that Word writes and readers need. */
export function makeDocx(options: DocxOptions): Buffer {
  const { body, title = '', modified = '2026-01-31', prolog = '', relationships = '' } = options;
  const parts: Zippable = {
    '[Content_Types].xml': xml(
      `<Types xmlns="${packaging}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    ),
    '_rels/.rels': xml(
      `<Relationships xmlns="${packaging}/relationships"><Relationship Id="r1" Type="${office}/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    'word/_rels/document.xml.rels': xml(
      `<Relationships xmlns="${packaging}/relationships"><Relationship Id="s1" Type="${office}/relationships/styles" Target="styles.xml"/>${relationships}</Relationships>`,
    ),
    'word/styles.xml': xml(
      `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">${[
        'heading 1',
        'heading 2',
        'Title',
      ]
        .map(
          (name) =>
            `<w:style w:type="paragraph" w:styleId="${styleId(name)}"><w:name w:val="${name}"/></w:style>`,
        )
        .join('')}</w:styles>`,
    ),
    'word/document.xml': xml(
      `${prolog}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${office}/relationships"><w:body>${body}</w:body></w:document>`,
    ),
    'docProps/core.xml': xml(
      `<cp:coreProperties xmlns:cp="${packaging}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${title}</dc:title><dcterms:modified xsi:type="dcterms:W3CDTF">${modified}T10:00:00Z</dcterms:modified></cp:coreProperties>`,
    ),
    ...options.parts,
  };
  return Buffer.from(zipSync(parts));
}

/** One paragraph, in the style of this name where one is given. */
export function docxParagraph(text: string, style?: string): string {
  const properties =
    style === undefined ? '' : `<w:pPr><w:pStyle w:val="${styleId(style)}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

function styleId(name: string): string {
  return name.replaceAll(' ', '');
}

function xml(content: string): Uint8Array {
  return strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${content}`);
}
