import { z } from 'zod';
import { answerStates } from '#services/conversations/port.ts';
import { citation } from './citation.ts';
import { givenIdentifier, timestamp, wholeNumberInQuery } from './common.ts';
import { reaction } from './feedback.ts';
import { notice } from './message-answer.ts';

/** A message as it is kept. */
export const keptMessage = z
  .object({
    messageId: givenIdentifier,
    role: z.enum(['user', 'assistant']),
    content: z.string().meta({
      description:
        'As it was written by a person; Markdown without links, images or HTML from the assistant.',
    }),
    timestamp,
    tokensUsed: z.int().min(0),
    responseTime: z.number().optional().meta({ description: 'Milliseconds.' }),
    citations: z.array(citation),
    followUps: z.array(z.string()).optional(),
    nextSteps: z.array(z.string()).optional(),
    modelUsed: z.string().optional(),
    confidenceScore: z.number().optional(),
    state: z.enum(answerStates).optional(),
    notice,
    feedback: z.object({ reaction, reason: z.string().optional(), at: timestamp }).optional(),
  })
  .meta({ id: 'KeptMessage' });

/** Which part of a conversation is wanted. */
export const historyQuery = z.object({
  limit: wholeNumberInQuery(1, 100, 50),
  cursor: z
    .string()
    .max(100)
    .regex(/^[\w-]+$/)
    .optional()
    .meta({ description: 'The `nextCursor` of the page before; absent for the newest messages.' }),
});

/** One page, oldest message first. */
export const historyPage = z
  .object({
    sessionId: givenIdentifier,
    messages: z.array(keptMessage),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Leads to the page of older messages; `null` on the oldest.' }),
    totalMessages: z.int().min(0),
  })
  .meta({ id: 'HistoryPage' });

export type HistoryPage = z.infer<typeof historyPage>;
export type KeptMessage = z.infer<typeof keptMessage>;
