import { z } from 'zod';
import { identifier } from './common.ts';
import { userContext } from './user-context.ts';

/** How an answer may be asked for. There is no field for instructions: those are the server's alone. */
export const messageOptions = z
  .object({
    includeSources: z
      .boolean()
      .default(true)
      .meta({ description: 'Without sources the answer names none, and has no `[n]`.' }),
    maxTokens: z
      .int()
      .min(50)
      .max(4_000)
      .optional()
      .meta({ description: 'How long the answer may become; the server’s own limit holds too.' }),
    temperature: z.number().min(0).max(1).optional(),
  })
  .meta({ id: 'MessageOptions' });

/** One question. */
export const messageRequest = z
  .object({
    message: z.string().min(1).max(32_000),
    sessionId: identifier,
    context: userContext
      .optional()
      .meta({ description: 'For this question only, over what the session knows.' }),
    options: messageOptions.optional(),
  })
  .meta({
    id: 'MessageRequest',
    examples: [
      {
        sessionId: '6f6c3c1a-2a5e-4b8e-9a55-0f9f3f1f2b11',
        message: 'How do I get from backend work into AI engineering?',
        options: { includeSources: true, maxTokens: 600, temperature: 0.4 },
      },
    ],
  });

export type MessageRequest = z.infer<typeof messageRequest>;
