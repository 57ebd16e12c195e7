import { z } from 'zod';
import { givenIdentifier, identifier } from './common.ts';

/** Thumbs. */
export const reaction = z.enum(['like', 'dislike']);

/** What somebody thinks of an answer, of the whole session, or of both. */
export const feedbackRequest = z
  .object({
    sessionId: identifier,
    messageId: identifier.optional(),
    reaction: reaction.optional(),
    reason: z.string().trim().min(1).max(1_000).optional(),
    satisfactionScore: z
      .int()
      .min(1)
      .max(5)
      .optional()
      .meta({ description: 'Of the session as a whole; 5 is best.' }),
  })
  .refine(
    ({ messageId, reaction, satisfactionScore }) =>
      (messageId === undefined) === (reaction === undefined) &&
      (reaction !== undefined || satisfactionScore !== undefined),
    'needs a messageId with a reaction, a satisfactionScore, or all three',
  )
  .meta({
    id: 'FeedbackRequest',
    description:
      'A messageId with a reaction, a satisfactionScore, or all three. The last one given holds.',
    examples: [
      {
        sessionId: '6f6c3c1a-2a5e-4b8e-9a55-0f9f3f1f2b11',
        messageId: '0d5b0b0e-61c4-4b11-9d3c-3a4d9a3f77aa',
        reaction: 'dislike',
        reason: 'Too general',
        satisfactionScore: 3,
      },
    ],
  });

/** What was kept of it. */
export const feedbackReceipt = z
  .object({
    sessionId: givenIdentifier,
    messageId: givenIdentifier.optional(),
    reaction: reaction.optional(),
    satisfactionScore: z.int().optional(),
    recordedAt: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'FeedbackReceipt' });

export type FeedbackReceipt = z.infer<typeof feedbackReceipt>;
export type FeedbackRequest = z.infer<typeof feedbackRequest>;
