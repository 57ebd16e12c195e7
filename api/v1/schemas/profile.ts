import { z } from 'zod';
import { experienceLevels } from '#services/profiles/port.ts';
import { timestamp } from './common.ts';

/** What somebody told about themselves. */
export const profile = z
  .object({
    userId: z.string(),
    reason: z.string().optional(),
    background: z.string().optional(),
    experienceLevel: z.enum(experienceLevels).optional(),
    closestWork: z.string().optional(),
    careerGoals: z.array(z.string()),
    specificInterests: z.array(z.string()),
    targetRole: z.string().optional(),
    hoursPerWeek: z.number().optional(),
    locale: z.string().optional(),
    consent: z.object({ granted: z.boolean(), at: timestamp }).optional(),
    updatedAt: timestamp,
  })
  .meta({ id: 'Profile' });
