import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { experienceLevels } from '#services/profiles/port.ts';

export const questionKinds = [
  'plain',
  'typo',
  'abbreviation',
  'follow-up',
  'paraphrase',
  'profile',
  'unanswerable',
  'other-career',
] as const;

export type QuestionKind = (typeof questionKinds)[number];

const labelSchema = z.strictObject({
  documentId: z.string(),
  /** Without a section any passage of the document is what was asked for. */
  section: z.string().optional(),
  /** 2 answers the question, 1 helps. */
  grade: z.union([z.literal(1), z.literal(2)]),
});

const questionSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(questionKinds),
  /** Weights are tuned on `dev` and never on `test`. */
  split: z.enum(['dev', 'test']),
  question: z.string().min(1),
  /** Empty where nothing in the knowledge base answers it. */
  relevant: z.array(labelSchema),
  history: z
    .array(
      z.strictObject({
        role: z.enum(['user', 'assistant']),
        content: z.string(),
        followUps: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  profile: z
    .strictObject({
      background: z.string().optional(),
      experienceLevel: z.enum(experienceLevels).optional(),
      targetRole: z.string().optional(),
    })
    .optional(),
});

export type RelevanceLabel = z.infer<typeof labelSchema>;
export type LabelledQuestion = z.infer<typeof questionSchema>;

/** Reads the labelled questions that stand beside this file; throws, naming the line, where one is malformed. */
export function readLabelledQuestions(): LabelledQuestion[] {
  const text = readFileSync(new URL('questions.jsonl', import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, position) => {
      const parsed = questionSchema.safeParse(JSON.parse(line));
      if (parsed.success) return parsed.data;
      throw new TypeError(`questions.jsonl:${position + 1}: ${z.prettifyError(parsed.error)}`);
    });
}
