import { decodeText } from './decode-text.ts';
import { convertHtml } from './html-to-markdown.ts';
import type { ReadDocument } from './reader.ts';

/** Reads a web page: its main content, and what it says of itself. */
export async function readHtml(bytes: Uint8Array): Promise<ReadDocument> {
  const head = Buffer.from(bytes.subarray(0, 4_096)).toString('latin1');
  const named = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  const { markdown, title, description, canonicalUrl, modified } = convertHtml(
    decodeText(bytes, named),
  );
  return {
    body: markdown,
    fields: {
      ...(title !== undefined && { title }),
      ...(description !== undefined && { summary: description }),
      ...(canonicalUrl !== undefined && { source_url: canonicalUrl }),
      ...(modified !== undefined && { last_reviewed: modified }),
    },
  };
}
