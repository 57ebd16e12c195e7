import { z } from 'zod';

/** A moment as ISO 8601 in UTC. Without zod's own pattern, which would fill the documentation with the calendar's rules. */
export const timestamp = z
  .string()
  .meta({ format: 'date-time', examples: ['2026-11-23T09:30:00.000Z'] });

/** A number in a query; whatever else comes there, one sentence says what is expected. */
export function wholeNumberInQuery(least: number, most: number, usual: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce
    .number({ error })
    .int({ error })
    .min(least, { error })
    .max(most, { error })
    .default(usual);
}

/** An id as we give it. */
export const givenIdentifier = z
  .string()
  .meta({ examples: ['6f6c3c1a-2a5e-4b8e-9a55-0f9f3f1f2b11'] });

/** An id as a client gives it back; nothing of ours looks otherwise. */
export const identifier = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w.:~|-]+$/)
  .meta({ examples: ['6f6c3c1a-2a5e-4b8e-9a55-0f9f3f1f2b11'] });
