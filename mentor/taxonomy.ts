import { readFileSync } from 'node:fs';
import { z } from 'zod';

const taxonomySchema = z.object({
  roles: z.array(z.object({ id: z.string(), name: z.string(), aliases: z.array(z.string()) })),
  skills: z.array(z.object({ id: z.string(), name: z.string(), aliases: z.array(z.string()) })),
});

const ambiguousSchema = z.array(
  z.object({
    token: z.string(),
    meanings: z.array(
      z.object({
        name: z.string(),
        alternatives: z.array(z.string()),
        /** Words that point to this meaning. */
        context: z.array(z.string()),
      }),
    ),
  }),
);

const commonSchema = z.record(z.string(), z.array(z.string()));

export interface Concept {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Roles, skills and everyday words with the other ways to say them. */
export interface Taxonomy {
  readonly roles: readonly Concept[];
  readonly skills: readonly Concept[];
  readonly ambiguousTerms: z.infer<typeof ambiguousSchema>;
  readonly commonTerms: Readonly<Record<string, readonly string[]>>;
}

/** Reads the taxonomy's three files from the knowledge folder; throws where one of them is malformed. */
export function readTaxonomy(knowledgeFolder: string): Taxonomy {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(`${knowledgeFolder}/${name}`, 'utf8'));
  const { roles, skills } = taxonomySchema.parse(read('taxonomy.json'));
  return {
    roles,
    skills,
    ambiguousTerms: ambiguousSchema.parse(read('ambiguous-terms.json')),
    commonTerms: commonSchema.parse(read('common-terms.json')),
  };
}
