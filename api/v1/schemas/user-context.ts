import { z } from 'zod';
import { experienceLevels } from '#services/profiles/port.ts';

const shortText = z.string().trim().min(1).max(300);

/** What a client tells of the person it speaks for: it shapes the answers, as a profile does in a chat. */
export const userContext = z
  .object({
    background: z
      .string()
      .trim()
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: 'Role or study, in the person’s words.' }),
    experienceLevel: z.enum(experienceLevels).optional(),
    careerGoals: z.array(shortText).max(10).optional(),
    specificInterests: z.array(shortText).max(10).optional(),
  })
  .meta({
    id: 'UserContext',
    description: 'What is known of the person; every field may be absent.',
    examples: [
      {
        background: 'Backend developer, five years of Java',
        experienceLevel: 'mid',
        careerGoals: ['Become an AI engineer'],
        specificInterests: ['Retrieval', 'Evaluation'],
      },
    ],
  });

export type UserContext = z.infer<typeof userContext>;
