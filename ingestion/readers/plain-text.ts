import { normaliseText } from '#ingestion/read-article.ts';
import { decodeText } from './decode-text.ts';
import type { ReadDocument } from './reader.ts';

/**
 * Reads plain text as the Markdown that people write without knowing it: headings underlined or after `#`, lists, empty
 * lines between paragraphs. What Markdown would misread in it is taken out.
 */
export async function readPlainText(bytes: Uint8Array): Promise<ReadDocument> {
  const blocks = normaliseText(decodeText(bytes))
    .split(/\n[ \t\f]*\n/)
    .map(mendBlock)
    .filter((block) => block !== '');
  return { body: withTitle(blocks).join('\n\n'), fields: {} };
}

const longestTitle = 80;

/** A short first line without a full stop is the title, also where the text begins right below it. */
function withTitle(blocks: readonly string[]): readonly string[] {
  const [first = '', ...others] = blocks;
  const [line = '', ...rest] = first.split('\n');
  const mayBeTitle =
    line.length <= longestTitle &&
    /^[\p{Lu}\p{N}“"'(]/u.test(line) &&
    !/[.!?:;,]$|^\d+[.)]\s/.test(line);
  if (!mayBeTitle || isRule(rest[0]) || !standsAlone(line, rest, others)) return blocks;
  return [`# ${line}`, ...(rest.length === 0 ? [] : [rest.join('\n')]), ...others];
}

/** In contrast to the first line of a paragraph that goes on: what follows begins anew, and is clearly longer. */
function standsAlone(line: string, rest: readonly string[], others: readonly string[]): boolean {
  const [next] = rest;
  if (next === undefined) return others.length > 0;
  return /^[\p{Lu}\p{N}“"'(]/u.test(next) && line.length < 0.6 * next.length;
}

/** An indented paragraph is no code, and a line of dashes under several lines makes no heading of them. */
function mendBlock(block: string): string {
  const lines = block
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const isUnderlined = lines.length === 2 && isRule(lines[1]);
  return (isUnderlined ? lines : lines.filter((line) => !isRule(line))).join('\n');
}

function isRule(line: string | undefined): boolean {
  return /^[-=_*~+#]{3,}$/.test(line ?? '');
}
