import TurndownService from 'turndown';
import { attribute, type HtmlElement } from './html-element.ts';
import { addTableRules } from './html-tables.ts';

export interface ConvertedPage {
  readonly markdown: string;
  readonly title?: string;
  readonly description?: string;
  /** Absolute. */
  readonly canonicalUrl?: string;
  /** Date of the last change, as in `2026-01-31`. */
  readonly modified?: string;
}

/** What a page shows around its content, and what it does not show. */
const unseenElements = new Set([
  ...[
    'SCRIPT',
    'STYLE',
    'NOSCRIPT',
    'TEMPLATE',
    'IFRAME',
    'OBJECT',
    'SVG',
    'CANVAS',
    'VIDEO',
    'AUDIO',
  ],
  ...['NAV', 'FOOTER', 'ASIDE', 'DIALOG', 'FORM', 'BUTTON', 'SELECT', 'TEXTAREA'],
]);
const unseenRoles = new Set(['navigation', 'banner', 'contentinfo', 'search', 'complementary']);

/** Turns a page into Markdown: of its main element, else of its articles, else of all that is not navigation. */
export function convertHtml(html: string): ConvertedPage {
  const mains: string[] = [];
  const articles: string[] = [];
  const found = new Map<string, string>();
  const keepFirst = (name: string, value: string | null | undefined) => {
    const text = value?.replaceAll(/\s+/g, ' ').trim();
    if (text && !found.has(name)) found.set(name, text);
    return '';
  };
  const service = new TurndownService({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
  });
  addTableRules(service);
  service.addRule('main', {
    filter: (node: HtmlElement) => node.nodeName === 'MAIN' || roleOf(node) === 'main',
    replacement: (content) => {
      mains.push(content);
      return content;
    },
  });
  service.addRule('article', {
    filter: 'article',
    replacement: (content, node: HtmlElement) => {
      if (!isInside(node, ['ARTICLE'])) articles.push(content);
      return content;
    },
  });
  service.addRule('title', {
    filter: 'title',
    replacement: (_, node: HtmlElement) => keepFirst('title', node.textContent),
  });
  service.addRule('meta', {
    filter: 'meta',
    replacement: (_, node: HtmlElement) =>
      keepFirst(
        (attribute(node, 'name') ?? attribute(node, 'property') ?? '').toLowerCase(),
        attribute(node, 'content'),
      ),
  });
  service.addRule('link', {
    filter: 'link',
    replacement: (_, node: HtmlElement) =>
      attribute(node, 'rel')?.toLowerCase() === 'canonical'
        ? keepFirst('canonical', attribute(node, 'href'))
        : '',
  });
  service.addRule('unseen', { filter: isUnseen, replacement: () => '' });
  const whole = service.turndown(html);
  const chosen = [mains, articles].find((parts) => parts.some((part) => part.trim() !== ''));
  return {
    markdown: (chosen?.join('\n\n') ?? whole).replaceAll(/\n{3,}/g, '\n\n').trim(),
    ...describePage(found),
  };
}

function describePage(found: ReadonlyMap<string, string>): Omit<ConvertedPage, 'markdown'> {
  const firstOf = (...names: string[]) => names.map((name) => found.get(name)).find(Boolean);
  const title = firstOf('title', 'og:title');
  const description = firstOf('description', 'og:description');
  const canonicalUrl = firstOf('canonical');
  const modified = firstOf('article:modified_time', 'dcterms.modified', 'last-modified');
  const date = modified === undefined ? Number.NaN : Date.parse(modified);
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(isWebAddress(canonicalUrl) && { canonicalUrl }),
    ...(!Number.isNaN(date) && { modified: new Date(date).toISOString().slice(0, 10) }),
  };
}

function isWebAddress(address: string | undefined): address is string {
  const url = address === undefined ? null : URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '';
}

function isUnseen(node: HtmlElement): boolean {
  const name = node.nodeName.toUpperCase();
  if (unseenElements.has(name) || unseenRoles.has(roleOf(node) ?? '')) return true;
  /** The heading of an article stands in its own header. */
  if (name === 'HEADER') return !isInside(node, ['ARTICLE', 'MAIN', 'SECTION']);
  return (
    attribute(node, 'hidden') !== null ||
    attribute(node, 'aria-hidden') === 'true' ||
    /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attribute(node, 'style') ?? '')
  );
}

function isInside(node: HtmlElement, names: readonly string[]): boolean {
  for (let parent = node.parentNode; parent !== null; parent = parent.parentNode)
    if (names.includes(parent.nodeName)) return true;
  return false;
}

function roleOf(node: HtmlElement): string | null {
  return attribute(node, 'role');
}
