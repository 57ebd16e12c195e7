import { z } from 'zod';
import { givenIdentifier, timestamp } from './common.ts';

/** Every document of the index. */
export const documentList = z
  .object({
    documents: z.array(
      z.object({
        documentId: z.string(),
        title: z.string(),
        category: z.string(),
        collection: z.string().meta({ description: 'Where it was published from.' }),
        passages: z.int().min(0),
      }),
    ),
  })
  .meta({ id: 'DocumentList' });

/** How the sources are published. */
export const publicationRequest = z
  .strictObject({
    recreate: z
      .boolean()
      .default(false)
      .meta({ description: 'Publishes everything again, changed or not.' }),
  })
  .meta({ id: 'PublicationRequest' });

const ids = z.array(z.string());

/** What was done with one source. */
export const sourceReport = z
  .object({
    source: z.string(),
    added: ids,
    changed: ids,
    removed: ids,
    unchanged: z.int().min(0),
    refused: z
      .array(z.object({ file: z.string(), line: z.int().optional(), problem: z.string() }))
      .meta({ description: 'Files that were left out, each with what to mend.' }),
    withoutVectors: z
      .boolean()
      .meta({ description: 'The embedding model failed; the next publishing tries again.' }),
  })
  .meta({ id: 'SourceReport' });

/** One publishing of the sources, under way or over. */
export const publication = z
  .object({
    publicationId: givenIdentifier,
    state: z.enum(['running', 'done', 'failed']),
    recreate: z.boolean(),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
    documentsRead: z.int().min(0),
    sources: z.array(sourceReport),
    code: z.string().nullable().meta({ description: 'Why it failed, as in problem documents.' }),
  })
  .meta({ id: 'Publication' });

/** What was published lately, the newest first. */
export const publicationList = z
  .object({ publications: z.array(publication) })
  .meta({ id: 'PublicationList' });

export type SourceReport = z.infer<typeof sourceReport>;
export type Publication = z.infer<typeof publication>;
