import { z } from 'zod';
import { documentTypes } from '#services/knowledge-index/port.ts';
import { experienceLevels } from '#services/profiles/port.ts';

const isoDate = z.iso.date('must be a date such as 2026-01-31');
const words = z.array(z.string().min(1));

/** What stands in the front matter of an article; docs/adding-an-article.md explains each field. */
export const articleSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens'),
  title: z.string().min(3).max(120),
  summary: z.string().min(10).max(200),
  document_type: z.enum(documentTypes),
  category: z.string().min(1),
  subcategory: z.string().min(1),
  audience: z.array(z.enum(experienceLevels)).min(1),
  career_paths: words.min(1),
  skills: words,
  tags: words.default([]),
  sources: z
    .array(
      z.strictObject({
        title: z.string().min(1),
        url: z.url({ protocol: /^https?$/ }),
        evidence: z.enum(['primary', 'practitioner', 'secondary']),
        as_of: z.string().min(1),
      }),
    )
    .default([]),
  /** Where the article itself can be read, when not on this server. */
  source_url: z.url({ protocol: /^https?$/ }).optional(),
  last_reviewed: isoDate,
  review_by: isoDate.optional(),
});

export type ArticleFrontMatter = z.infer<typeof articleSchema>;

/** One article as it stands in its file. */
export interface Article {
  /** Where it was read, for messages about it. */
  readonly file: string;
  readonly frontMatter: ArticleFrontMatter;
  /** Markdown without the front matter. */
  readonly body: string;
  /** SHA-256 of the whole file, hexadecimal. */
  readonly contentHash: string;
}
