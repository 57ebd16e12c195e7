import { z } from 'zod';
import { documentTypes } from '#services/knowledge-index/port.ts';

/** A source of an answer: exactly the passage that was found and used. */
export const citation = z
  .object({
    number: z.int().min(1).meta({ description: 'The n of `[n]` in the answer.' }),
    documentId: z.string(),
    title: z.string(),
    documentType: z.enum(documentTypes),
    sourceUrl: z
      .string()
      .meta({ description: 'Opens the passage in its article; empty where no page shows it.' }),
    section: z.string(),
    passage: z.string(),
    date: z
      .string()
      .meta({ description: 'When the article was last reviewed; empty where that is unknown.' }),
    score: z.number(),
  })
  .meta({ id: 'Citation' });

export type ApiCitation = z.infer<typeof citation>;
