import { deflateSync } from 'node:zlib';

export interface PdfLine {
  readonly text: string;
  /** In points; 12 where none is given. */
  readonly size?: number;
  /** Distance from the upper edge of the page; below the line before where none is given. */
  readonly top?: number;
}

export interface PdfOptions {
  /** Entries of the information dictionary, such as `Title`. */
  readonly info?: Readonly<Record<string, string>>;
  /** What is painted on every page in place of lines, such as a picture. */
  readonly paint?: string;
  /** Packs what is painted, as most programs do. */
  readonly isCompressed?: boolean;
}

const pageHeight = 842;

/** A small PDF, valid to the letter: each page is a list of lines, in Helvetica. */
export function makePdf(
  pages: readonly (readonly (string | PdfLine)[])[],
  options: PdfOptions = {},
): Buffer {
  const pageIds = pages.map((_, index) => 5 + index * 2);
  const objects: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(
      `<< /Type /Pages /Count ${pages.length} /Kids [${pageIds.map((id) => `${id} 0 R`).join(' ')}] >>`,
    ),
    Buffer.from(
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ),
    Buffer.from(
      `<< ${Object.entries(options.info ?? {})
        .map(([name, value]) => `/${name} (${escapeText(value)})`)
        .join(' ')} >>`,
    ),
  ];
  for (const [index, lines] of pages.entries()) {
    const id = 5 + index * 2;
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 ${pageHeight}] /Resources << /Font << /F1 3 0 R >> >> /Contents ${id + 1} 0 R >>`,
      ),
      toStream(options.paint ?? paintLines(lines), options.isCompressed ?? false),
    );
  }
  return assemble(objects);
}

function paintLines(lines: readonly (string | PdfLine)[]): string {
  let top = 50;
  return lines
    .map((given) => {
      const line = typeof given === 'string' ? { text: given } : given;
      const size = line.size ?? 12;
      top = line.top ?? top + size * 1.2;
      return `BT /F1 ${size} Tf 1 0 0 1 50 ${pageHeight - top} Tm (${escapeText(line.text)}) Tj ET`;
    })
    .join('\n');
}

function toStream(content: string, isCompressed: boolean): Buffer {
  const data = isCompressed ? deflateSync(content) : Buffer.from(content, 'latin1');
  const filter = isCompressed ? ' /Filter /FlateDecode' : '';
  return Buffer.concat([
    Buffer.from(`<< /Length ${data.length}${filter} >>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ]);
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts = [Buffer.from('%PDF-1.4\n%\xE2\xE3\xCF\xD3\n', 'latin1')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    offsets.push(length);
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      object,
      Buffer.from('\nendobj\n'),
    ]);
    parts.push(part);
    length += part.length;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function escapeText(text: string): string {
  return text.replaceAll(/[\\()]/g, '\\$&');
}
