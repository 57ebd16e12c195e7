import { z } from 'zod';
import { documentTypes } from '#services/knowledge-index/port.ts';
import { wholeNumberInQuery } from './common.ts';

/** The parameter may come several times; any of its values will do. */
const several = <Item extends z.ZodType>(item: Item) => z.array(item).max(20).optional();
const name = z.string().min(1).max(100);

/** What is looked for. */
export const knowledgeQuery = z.object({
  q: z
    .string()
    .trim()
    .min(1)
    .max(1_000)
    .meta({ examples: ['system design interview'] }),
  limit: wholeNumberInQuery(1, 50, 10),
  documentType: several(z.enum(documentTypes)),
  category: several(name),
  careerPath: several(name),
  audience: several(name),
});

/** A passage that was found. */
export const foundPassage = z
  .object({
    id: z.string(),
    documentId: z.string(),
    title: z.string(),
    section: z.string(),
    passage: z.string(),
    documentType: z.enum(documentTypes),
    category: z.string(),
    subcategory: z.string(),
    tags: z.array(z.string()),
    targetAudience: z.array(z.string()),
    careerPaths: z.array(z.string()),
    sourceUrl: z.string(),
    date: z
      .string()
      .meta({ description: 'When the article was last reviewed; empty where that is unknown.' }),
    score: z.number().meta({ description: 'Comparable within these results only.' }),
  })
  .meta({ id: 'FoundPassage' });

const facet = z.array(z.object({ value: z.string(), count: z.int().min(1) }));

/** What was found, best first, and how it divides. */
export const knowledgeResults = z
  .object({
    results: z.array(foundPassage),
    total: z.int().min(0).meta({ description: 'Passages that match, the first 100 at most.' }),
    facets: z.object({
      documentType: facet,
      category: facet,
      careerPath: facet,
      audience: facet,
    }),
  })
  .meta({ id: 'KnowledgeResults' });

/** Figures of the knowledge base. */
export const knowledgeStats = z
  .object({
    documents: z.int().min(0),
    passages: z.int().min(0),
    categories: z.array(z.object({ category: z.string(), documents: z.int(), passages: z.int() })),
    collections: z.array(
      z.object({ collection: z.string(), documents: z.int(), passages: z.int() }),
    ),
  })
  .meta({ id: 'KnowledgeStats' });

export type KnowledgeQuery = z.infer<typeof knowledgeQuery>;
export type KnowledgeResults = z.infer<typeof knowledgeResults>;
export type KnowledgeStats = z.infer<typeof knowledgeStats>;
