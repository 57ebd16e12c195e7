import { z } from 'zod';
import { documentTypes } from '#services/knowledge-index/port.ts';
import { experienceLevels } from '#services/profiles/port.ts';

const isoDate = z.iso.date('must be a date such as 2026-01-31');
const words = z.array(z.string().min(1));
const sources = z.array(
  z.strictObject({
    title: z.string().min(1),
    url: z.url({ protocol: /^https?$/ }),
    evidence: z.enum(['primary', 'practitioner', 'secondary']),
    as_of: z.string().min(1),
  }),
);

const fields = {
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'),
  title: z.string().min(3).max(120),
  summary: z.string().min(10).max(200),
  document_type: z.enum(documentTypes),
  category: z.string().min(1),
  subcategory: z.string().min(1),
  audience: z.array(z.enum(experienceLevels)).min(1),
  career_paths: words.min(1),
  skills: words,
  tags: words,
  sources,
  /** Where the article itself can be read, when not on this server. */
  source_url: z.url({ protocol: /^https?$/ }),
  last_reviewed: isoDate,
  review_by: isoDate,
};

/** What stands in the front matter of an article; docs/adding-an-article.md explains each field. */
export const articleSchema = z.strictObject({
  ...fields,
  tags: words.default([]),
  sources: sources.default([]),
  source_url: fields.source_url.optional(),
  review_by: isoDate.optional(),
});

/** What a file beside a document may say of it: the same fields, none of them needed. */
export const sidecarSchema = z.strictObject(fields).partial();

/** The same at the head of a Markdown file, where other programs keep fields of their own. */
export const documentFieldsSchema = z.object(fields).partial();

export type ArticleFrontMatter = z.infer<typeof articleSchema>;

export type DocumentFields = z.infer<typeof sidecarSchema>;

/** One article, or any other document, as it stands in its file. */
export interface Article {
  /** Where it was read, for messages about it. */
  readonly file: string;
  readonly frontMatter: ArticleFrontMatter;
  /** Markdown without the front matter. */
  readonly body: string;
  /** SHA-256 of all that the file says, hexadecimal. */
  readonly contentHash: string;
  /**
   * Whether its sections are named as docs/adding-an-article.md asks; in other documents a heading such as "Next step"
   * means nothing particular.
   */
  readonly hasNamedSections: boolean;
}
