import { z } from 'zod';
import { type ErrorCode, errorTable } from '#errors.ts';

const codes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];

/** One mistake in a request: where it stands, as a JSON pointer, and what is wrong; never what was sent. */
export const fieldMistake = z.object({
  in: z.enum(['body', 'query', 'path', 'header']),
  pointer: z.string(),
  detail: z.string(),
});

/** RFC 9457. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'One sentence for the person.' }),
    status: z.int(),
    code: z.enum(codes).meta({ description: 'Stable; for programs.' }),
    detail: z.string().optional().meta({ description: 'One sentence for the developer.' }),
    retryable: z.boolean().meta({ description: 'Whether the same call may succeed later.' }),
    requestId: z.string().meta({ description: 'Under which the log holds the cause.' }),
    errors: z.array(fieldMistake).optional(),
  })
  .meta({ id: 'Problem' });

export type FieldMistake = z.infer<typeof fieldMistake>;
export type Problem = z.infer<typeof problem>;
