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
  return { body: blocks.join('\n\n'), fields: {} };
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
