import { z } from 'zod';
import type { Question } from '#mentor/answer.ts';
import { experienceLevels, type Profile } from '#services/profiles/port.ts';
import { readRecords } from './read-records.ts';

/** Weights are tuned on `dev` and never on `test`. */
export const splits = ['dev', 'test'] as const;

export type Split = (typeof splits)[number];

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

const otherLanguageSchema = z.strictObject({
  id: z.string(),
  /** BCP 47. */
  language: z.string(),
  question: z.string().min(1),
  relevant: z.array(labelSchema),
});

export type RelevanceLabel = z.infer<typeof labelSchema>;
export type LabelledQuestion = z.infer<typeof questionSchema>;
export type OtherLanguageQuestion = z.infer<typeof otherLanguageSchema>;

/** The labelled questions of one split; throws, naming the line, where one is malformed. */
export function readLabelledQuestions(split: Split): LabelledQuestion[] {
  return readRecords(new URL(`data/${split}.jsonl`, import.meta.url), questionSchema);
}

/** Questions that administrators made out of reviewed answers; throws, naming the line, where one is malformed. */
export function readCases(file: string): LabelledQuestion[] {
  return readRecords(file, questionSchema);
}

/** The labelled questions of one split in other languages than the articles'. */
export function readOtherLanguageQuestions(split: Split): OtherLanguageQuestion[] {
  const file = new URL(`data/other-languages-${split}.jsonl`, import.meta.url);
  return readRecords(file, otherLanguageSchema);
}

/** Whether something in the knowledge base answers the question. */
export function isAnswerable({ relevant }: Pick<LabelledQuestion, 'relevant'>): boolean {
  return relevant.length > 0;
}

/** The question as the mentor takes it. */
export function toQuestion(labelled: LabelledQuestion): Question {
  const profile = profileOf(labelled);
  return {
    text: labelled.question,
    conversationId: labelled.id,
    history: labelled.history.map(({ role, content, followUps }) => ({
      role,
      content,
      ...(followUps === undefined ? {} : { followUps }),
    })),
    ...(profile === undefined ? {} : { profile }),
  };
}

function profileOf({ profile }: Pick<LabelledQuestion, 'profile'>): Profile | undefined {
  if (profile === undefined) return undefined;
  const { background, experienceLevel, targetRole } = profile;
  return {
    userId: 'evaluation',
    careerGoals: [],
    specificInterests: [],
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...(background === undefined ? {} : { background }),
    ...(experienceLevel === undefined ? {} : { experienceLevel }),
    ...(targetRole === undefined ? {} : { targetRole }),
  };
}
