/** A piece of text where a PDF paints it, in points from the lower left corner of the page. */
export interface TextItem {
  readonly str: string;
  readonly y: number;
  readonly fontSize: number;
  /** Whether a line ends after it. */
  readonly hasEOL: boolean;
}

interface Line {
  readonly text: string;
  readonly y: number;
  readonly fontSize: number;
  readonly page: number;
}

/** How much larger than the text a heading is, how much further apart than lines paragraphs are. */
const headingSize = 1.15;
const paragraphGap = 1.6;
const mostWordsInHeading = 20;
/** Where running heads and page numbers stand: so many lines at either end of a page. */
const linesAtEdge = 2;
const fewestPagesToCompare = 3;

/**
 * Makes Markdown of the text that pages of a PDF paint: lines become paragraphs by the space between them, larger type
 * becomes headings, and what repeats at the edge of the pages is left out.
 */
export function layOutPages(pages: readonly (readonly TextItem[])[]): string {
  const lines = withoutRunningHeads(pages.map((items, page) => linesOf(items, page)));
  const textSize = mostCommonSize(lines);
  const blocks: { text: string; isHeading: boolean; last: Line }[] = [];
  for (const line of lines) {
    const isHeading = isHeadingLine(line, textSize);
    const open = blocks.at(-1);
    if (open !== undefined && open.isHeading === isHeading && continues(open, line)) {
      open.text = joinLines(open.text, line.text);
      open.last = line;
    } else blocks.push({ text: line.text, isHeading, last: line });
  }
  return blocks
    .map(({ text, isHeading }) => (isHeading ? `## ${escapeMarkdown(text)}` : paragraph(text)))
    .join('\n\n');
}

function linesOf(items: readonly TextItem[], page: number): Line[] {
  const lines: Line[] = [];
  let open: TextItem[] = [];
  const close = () => {
    const text = open
      .map(({ str }) => str)
      .join('')
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim();
    const [first] = open;
    if (/[\p{L}\p{N}]/u.test(text) && !leaders.test(text) && first !== undefined)
      lines.push({ text, y: first.y, fontSize: Math.max(...open.map(sizeOf)), page });
    open = [];
  };
  for (const item of items) {
    if (item.str !== '') open.push(item);
    if (item.hasEOL) close();
  }
  close();
  return lines;
}

/** A line of a table of contents. */
const leaders = /(?:\.\s?){5,}\s*\w{0,6}$/;

function sizeOf({ fontSize }: { readonly fontSize: number }): number {
  return Math.round(Math.abs(fontSize) * 2) / 2;
}

/** A line at the edge of most pages, but for its numbers the same, belongs to the paper and not to the text. */
function withoutRunningHeads(pages: readonly (readonly Line[])[]): Line[] {
  if (pages.length < fewestPagesToCompare) return pages.flat();
  const keyOf = (line: Line) => line.text.replaceAll(/\d+/g, '#');
  const isAtEdge = (index: number, count: number) =>
    index < linesAtEdge || index >= count - linesAtEdge;
  const counts = new Map<string, number>();
  for (const lines of pages) {
    const edge = lines.filter((_, index) => isAtEdge(index, lines.length));
    for (const key of new Set(edge.map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return pages.flatMap((lines) =>
    lines.filter(
      (line, index) =>
        !isAtEdge(index, lines.length) || (counts.get(keyOf(line)) ?? 0) <= pages.length / 2,
    ),
  );
}

function mostCommonSize(lines: readonly Line[]): number {
  const letters = new Map<number, number>();
  for (const { fontSize, text } of lines)
    letters.set(fontSize, (letters.get(fontSize) ?? 0) + text.length);
  return [...letters].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? 0;
}

function isHeadingLine(line: Line, textSize: number): boolean {
  return (
    line.fontSize >= textSize * headingSize && line.text.split(' ').length <= mostWordsInHeading
  );
}

function continues({ text, last }: { text: string; last: Line }, line: Line): boolean {
  if (bullet.test(line.text) || last.fontSize !== line.fontSize) return false;
  /** A paragraph may go on at the head of the next column or page. */
  const isFlowing = !/[.!?:]["'”’)]*$/.test(text) && /^\p{Ll}/u.test(line.text);
  if (last.page !== line.page || line.y > last.y) return isFlowing;
  return last.y - line.y <= paragraphGap * line.fontSize;
}

function joinLines(text: string, next: string): string {
  const isHyphenated = /\p{L}[-\u00AD]$/u.test(text) && /^\p{Ll}/u.test(next);
  return isHyphenated ? text.slice(0, -1) + next : `${text} ${next}`;
}

const bullet = /^[•▪■◦‣●○·–*-]\s+/;

function paragraph(text: string): string {
  return bullet.test(text) ? `- ${escapeMarkdown(text.replace(bullet, ''))}` : escapeMarkdown(text);
}

function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]<>|]/g, '\\$&')
    .replace(/^(#+|[-+=~])(?=\s|$|[-=~])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s)/, '$1\\$2');
}
