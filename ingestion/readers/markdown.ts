import MarkdownIt from 'markdown-it';
import { documentFieldsSchema } from '#ingestion/article-schema.ts';
import { normaliseText, splitFrontMatter } from '#ingestion/read-article.ts';
import { readFields } from '#ingestion/read-fields.ts';
import { decodeText } from './decode-text.ts';
import { type ReadDocument, UnreadableDocument } from './reader.ts';

/** Reads Markdown; fields of its front matter that are not ours belong to other programs and are passed over. */
export async function readMarkdown(bytes: Uint8Array): Promise<ReadDocument> {
  const text = normaliseText(decodeText(bytes));
  const parts = splitFrontMatter(text);
  if (parts === undefined) return { body: await withoutHtmlTables(text), fields: {} };
  const { fields, problems } = readFields(parts.yaml, documentFieldsSchema, {
    file: '',
    firstLine: 2,
    name: 'front matter',
  });
  if (problems !== undefined) throw new UnreadableDocument(problems);
  return { body: await withoutHtmlTables(parts.body), fields };
}

const markdown = new MarkdownIt({ html: true });
const tableOpens = /<table[\s>]/gi;
const tableCloses = /<\/table\s*>/gi;

/** Tables written in HTML, as people do since Markdown's hold no list and no merged cell, become Markdown's all the same. */
async function withoutHtmlTables(body: string): Promise<string> {
  if (body.match(tableOpens) === null) return body;
  const { convertHtml } = await import('./html-to-markdown.ts');
  const lines = body.split('\n');
  const written: string[] = [];
  let next = 0;
  for (const { type, map, content } of markdown.parse(body, {})) {
    const [from = 0, to = 0] = map ?? [];
    const indent = /^[ \t]*(?=<)/.exec(lines[from] ?? '')?.[0];
    const isTable = type === 'html_block' && content.match(tableOpens) !== null;
    if (!isTable || indent === undefined || from < next) continue;
    const end = endOfTables(lines, from) ?? to;
    const converted = convertHtml(lines.slice(from, end).join('\n')).markdown.split('\n');
    written.push(...lines.slice(next, from), '', ...converted.map((line) => indent + line), '');
    next = end;
  }
  return [...written, ...lines.slice(next)].join('\n');
}

/** The line after that in which the last open table closes: an empty line ends a block of HTML, and no table. */
function endOfTables(lines: readonly string[], from: number): number | undefined {
  let open = 0;
  for (const [position, line] of lines.entries()) {
    if (position < from) continue;
    const closes = line.match(tableCloses)?.length ?? 0;
    open += (line.match(tableOpens)?.length ?? 0) - closes;
    if (closes > 0 && open <= 0) return position + 1;
  }
  return undefined;
}
