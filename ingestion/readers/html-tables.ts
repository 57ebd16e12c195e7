import type TurndownService from 'turndown';
import type { HtmlElement } from './html-element.ts';

/** What a table holds that only arranges a page. */
const layoutContent = new Set(['TABLE', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6']);

/** Turns tables into Markdown's, a row a line; a table that only arranges the page gives what stands in its cells. */
export function addTableRules(service: TurndownService): void {
  service.addRule('cell', {
    filter: ['td', 'th'],
    replacement: (content, node: HtmlElement) =>
      isLayout(tableOf(node))
        ? `\n\n${content.trim()}\n\n`
        : `| ${content.replaceAll(/\s+/g, ' ').trim().replaceAll('|', '\\|')} `,
  });
  service.addRule('row', {
    filter: 'tr',
    replacement: (content, node: HtmlElement) => {
      const table = tableOf(node);
      if (isLayout(table)) return content;
      const row = `${content.trim()} |\n`;
      if (node !== firstRowOf(table)) return row;
      const cells = elementsOf(node);
      const rule = `${'| --- '.repeat(cells.length)}|\n`;
      const isHeading = cells.every((cell) => cell.nodeName === 'TH') || isIn(node, 'THEAD');
      return isHeading ? row + rule : `${'|  '.repeat(cells.length)}|\n${rule}${row}`;
    },
  });
  service.addRule('rows', {
    filter: ['thead', 'tbody', 'tfoot'],
    replacement: (content) => content,
  });
  service.addRule('table', { filter: 'table', replacement: (content) => `\n\n${content}\n\n` });
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

function holds(node: HtmlElement, names: ReadonlySet<string>): boolean {
  return elementsOf(node).some((child) => names.has(child.nodeName) || holds(child, names));
}

function tableOf(node: HtmlElement): HtmlElement | null {
  let parent = node.parentNode;
  while (parent !== null && parent.nodeName !== 'TABLE') parent = parent.parentNode;
  return parent;
}

function firstRowOf(table: HtmlElement | null): HtmlElement | undefined {
  for (const child of table === null ? [] : elementsOf(table)) {
    const row = [child, ...elementsOf(child)].find(({ nodeName }) => nodeName === 'TR');
    if (row !== undefined) return row;
  }
  return undefined;
}

function elementsOf(node: HtmlElement): HtmlElement[] {
  return Array.from(node.childNodes).filter((child) => !child.nodeName.startsWith('#'));
}

function isIn(node: HtmlElement, name: string): boolean {
  return node.parentNode?.nodeName === name;
}
