import type TurndownService from 'turndown';
import { attribute, type HtmlElement } from './html-element.ts';

/** What a table holds that only arranges a page. */
const layoutContent = new Set(['TABLE', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6']);
const cellNames = new Set(['TD', 'TH']);

/** No table that people read is wider; a page may claim any number. */
const mostColumns = 100;

/**
 * Turns tables into Markdown's, a row a line, with every cell that spans several columns or rows said in each of them; what
 * stands over the table, or fills a whole row of it, becomes a paragraph of its own. A table that only arranges the page
 * gives what stands in its cells.
 */
export function addTableRules(service: TurndownService): void {
  const texts = new WeakMap<HtmlElement, string>();
  const keep = (content: string, node: HtmlElement): string => {
    if (isLayout(tableOf(node))) return `\n\n${content.trim()}\n\n`;
    texts.set(node, oneLine(content));
    return '';
  };
  service.addRule('cell', { filter: ['td', 'th'], replacement: keep });
  service.addRule('caption', { filter: ['caption'], replacement: keep });
  service.addRule('row', { filter: 'tr', replacement: (content) => content });
  service.addRule('rows', {
    filter: ['thead', 'tbody', 'tfoot', 'colgroup'],
    replacement: (content) => content,
  });
  service.addRule('table', {
    filter: 'table',
    replacement: (content, node: HtmlElement) =>
      `\n\n${isLayout(node) ? content : writeTable(node, (cell) => texts.get(cell) ?? '')}\n\n`,
  });
}

type TextOf = (cell: HtmlElement) => string;

function writeTable(table: HtmlElement, textOf: TextOf): string {
  const grid = gridOf(table);
  const columns = Math.max(0, ...grid.map(({ cells }) => cells.length));
  const isTitle = ({ cells }: Row) =>
    columns > 1 && cells.length === columns && new Set(cells).size === 1;
  const titles = takeWhile(grid, isTitle);
  const headingRows = takeWhile(
    grid.slice(titles.length),
    (row) => !isTitle(row) && isHeadingRow(row, textOf),
  );
  const rows = grid.slice(titles.length + headingRows.length);
  const headings = Array.from({ length: columns }, (_, column) =>
    [...new Set(headingRows.map(({ cells }) => cells[column]))]
      .map((cell) => textIn(cell, textOf))
      .filter((text) => text !== '')
      .join(' '),
  );
  const heading = `${lineOf(headings)}\n${'| --- '.repeat(columns)}|`;
  const captions = elementsOf(table).filter(({ nodeName }) => nodeName === 'CAPTION');
  const parts: string[] = [...captions, ...titles.map(({ cells }) => cells[0])].map((cell) =>
    textIn(cell, textOf),
  );
  if (rows.length === 0 && headingRows.length > 0) parts.push(heading);
  let isOpen = false;
  for (const row of rows) {
    const texts = Array.from({ length: columns }, (_, at) => textIn(row.cells[at], textOf));
    if (isTitle(row)) parts.push(texts[0] ?? '');
    else if (isOpen) parts.push(`${parts.pop()}\n${lineOf(texts)}`);
    else parts.push(`${heading}\n${lineOf(texts)}`);
    isOpen = !isTitle(row);
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

function takeWhile<Item>(items: readonly Item[], fits: (item: Item) => boolean): readonly Item[] {
  const end = items.findIndex((item) => !fits(item));
  return end === -1 ? items : items.slice(0, end);
}

interface Row {
  readonly isInHead: boolean;
  readonly cells: readonly (HtmlElement | undefined)[];
}

/** Which cell stands in each column of each row. */
function gridOf(table: HtmlElement): Row[] {
  const grid: Row[] = [];
  /** By column: the cell that reaches down, and into how many rows more. */
  const reaching: { cell: HtmlElement; rows: number }[] = [];
  for (const row of rowsOf(table)) {
    const cells: (HtmlElement | undefined)[] = [];
    const fillReached = () => {
      for (let above = reaching[cells.length]; above && above.rows > 0; ) {
        above.rows -= 1;
        cells.push(above.cell);
        above = reaching[cells.length];
      }
    };
    for (const cell of elementsOf(row).filter(({ nodeName }) => cellNames.has(nodeName))) {
      fillReached();
      const rows = spanOf(cell, 'rowspan') - 1;
      for (let left = spanOf(cell, 'colspan'); left > 0 && cells.length < mostColumns; left -= 1) {
        reaching[cells.length] = { cell, rows };
        cells.push(cell);
      }
    }
    fillReached();
    grid.push({ isInHead: isIn(row, 'THEAD'), cells });
  }
  return grid;
}

/** How many columns or rows a cell takes; 0 reaches to the end (https://html.spec.whatwg.org/#attr-tdth-rowspan). */
function spanOf(cell: HtmlElement, name: 'colspan' | 'rowspan'): number {
  const given = Number.parseInt(attribute(cell, name) ?? '', 10);
  if (name === 'rowspan' && given === 0) return Number.POSITIVE_INFINITY;
  return given > 0 ? given : 1;
}

/** Names columns: all that stands in it are headings; a corner may be empty. */
function isHeadingRow({ isInHead, cells }: Row, textOf: TextOf): boolean {
  if (isInHead) return true;
  const named = cells.filter((cell) => cell?.nodeName === 'TH');
  return (
    named.length > 0 &&
    cells.every((cell) => cell?.nodeName === 'TH' || textIn(cell, textOf) === '')
  );
}

function textIn(cell: HtmlElement | undefined, textOf: TextOf): string {
  return cell === undefined ? '' : textOf(cell);
}

function lineOf(texts: readonly string[]): string {
  return `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Blocks and items of a list within a cell are told apart by commas. */
function oneLine(content: string): string {
  return content
    .split(/\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.) )/)
    .map((block) =>
      block
        .trim()
        .replace(/^(?:[-*+]|\d+\.|#{1,6}) +/, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((block) => block !== '')
    .reduce((line, block) => {
      if (line === '') return block;
      return /[.,;:!?]$/.test(line) ? `${line} ${block}` : `${line}, ${block}`;
    }, '');
}

const layouts = new WeakMap<HtmlElement, boolean>();

function isLayout(table: HtmlElement | null): boolean {
  if (table === null) return true;
  const known = layouts.get(table);
  if (known !== undefined) return known;
  const found = holds(table, layoutContent);
  layouts.set(table, found);
  return found;
}

/** A heading within a cell that is one names a column. */
function holds(node: HtmlElement, names: ReadonlySet<string>): boolean {
  return elementsOf(node).some(
    (child) => names.has(child.nodeName) || (child.nodeName !== 'TH' && holds(child, names)),
  );
}

function tableOf(node: HtmlElement): HtmlElement | null {
  let parent = node.parentNode;
  while (parent !== null && parent.nodeName !== 'TABLE') parent = parent.parentNode;
  return parent;
}

function rowsOf(table: HtmlElement): HtmlElement[] {
  return elementsOf(table)
    .flatMap((child) => (child.nodeName === 'TR' ? [child] : elementsOf(child)))
    .filter(({ nodeName }) => nodeName === 'TR');
}

function elementsOf(node: HtmlElement): HtmlElement[] {
  return Array.from(node.childNodes).filter((child) => !child.nodeName.startsWith('#'));
}

function isIn(node: HtmlElement, name: string): boolean {
  return node.parentNode?.nodeName === name;
}
