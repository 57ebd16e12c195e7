import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ExperienceLevel, experienceLevels } from '#services/profiles/port.ts';

const words = z.string().trim().min(1);

const pointSchema = z.strictObject({
  /** What a good answer does, as the article says it. */
  says: words,
  /** How a sentence may begin that makes the point. */
  opening: words,
  /** Words that show that an answer made it; see `touchedPoints`. */
  signs: z.array(words).min(3),
  /** The article and the heading in it that say so. */
  article: words,
  section: words,
});

/** What knowledge/interview-questions.json holds. */
export const interviewQuestionsSchema = z.array(
  z.strictObject({
    id: words,
    topic: words,
    asks: words,
    /** Role ids of the taxonomy, or `any`. */
    roles: z.array(words).min(1),
    levels: z.array(z.enum([...experienceLevels, 'any'])).min(1),
    /** The most important first. */
    points: z.array(pointSchema).min(3).max(5),
  }),
);

export type InterviewPoint = Readonly<z.infer<typeof pointSchema>>;

/** A question of an interview, with what a good answer to it covers. */
export interface InterviewQuestion {
  readonly id: string;
  readonly topic: string;
  readonly asks: string;
  readonly roles: readonly string[];
  readonly levels: readonly (ExperienceLevel | 'any')[];
  readonly points: readonly InterviewPoint[];
}

/** Reads the questions from the knowledge folder, which may hold none; throws where the file is malformed. */
export function readInterviewQuestions(knowledgeFolder: string): readonly InterviewQuestion[] {
  const file = `${knowledgeFolder}/interview-questions.json`;
  if (!existsSync(file)) return [];
  return interviewQuestionsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
