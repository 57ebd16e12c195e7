import { documentFieldsSchema } from '#ingestion/article-schema.ts';
import { normaliseText, splitFrontMatter } from '#ingestion/read-article.ts';
import { readFields } from '#ingestion/read-fields.ts';
import { decodeText } from './decode-text.ts';
import { type ReadDocument, UnreadableDocument } from './reader.ts';

/** Reads Markdown; fields of its front matter that are not ours belong to other programs and are passed over. */
export async function readMarkdown(bytes: Uint8Array): Promise<ReadDocument> {
  const text = normaliseText(decodeText(bytes));
  const parts = splitFrontMatter(text);
  if (parts === undefined) return { body: text, fields: {} };
  const { fields, problems } = readFields(parts.yaml, documentFieldsSchema, {
    file: '',
    firstLine: 2,
    name: 'front matter',
  });
  if (problems !== undefined) throw new UnreadableDocument(problems);
  return { body: parts.body, fields };
}
