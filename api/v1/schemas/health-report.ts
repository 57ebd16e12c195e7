import { z } from 'zod';

/** Whether the process answers. */
export const liveness = z.object({ status: z.literal('live') }).meta({ id: 'Liveness' });

/** Each thing the program depends on, without addresses. */
export const healthReport = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    dependencies: z.array(
      z.object({
        name: z.string(),
        required: z.boolean(),
        status: z.enum(['up', 'down']),
        latencyMs: z.number(),
      }),
    ),
    circuits: z.array(z.object({ name: z.string(), state: z.string() })),
    waitingWrites: z
      .int()
      .min(0)
      .meta({ description: 'How many writes wait until their store can be reached again.' }),
  })
  .meta({ id: 'HealthReport' });
