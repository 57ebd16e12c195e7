import { z } from 'zod';
import { givenIdentifier, timestamp } from './common.ts';
import { userContext } from './user-context.ts';

/** What begins a session, or changes one; in a change, a field of the context that is `null` is removed. */
export const sessionRequest = z
  .object({ userContext: userContext.optional() })
  .meta({ id: 'SessionRequest' });

/** The same fields as a user context; `null` takes one away. */
export const sessionChange = z
  .object({
    userContext: z.object({
      background: userContext.shape.background.nullable(),
      experienceLevel: userContext.shape.experienceLevel.nullable(),
      careerGoals: userContext.shape.careerGoals.nullable(),
      specificInterests: userContext.shape.specificInterests.nullable(),
    }),
  })
  .meta({
    id: 'SessionChange',
    description: 'Fields that are absent stay as they are; `null` removes one.',
    examples: [{ userContext: { experienceLevel: 'senior', background: null } }],
  });

/** A session as it begins. */
export const newSession = z
  .object({
    sessionId: givenIdentifier,
    createdAt: timestamp,
    expiresAt: timestamp.nullable().meta({
      description:
        'When it goes by itself if nothing is said; `null`: it stays. Of somebody who says that they are under age, all goes an hour after their last words.',
    }),
    userContext,
  })
  .meta({ id: 'NewSession' });

/** A session later on, with its counters. */
export const session = newSession
  .extend({
    updatedAt: timestamp,
    channel: z.string().meta({ description: 'Where it began.', examples: ['api', 'directline'] }),
    totalMessages: z.int().min(0),
    totalTokensUsed: z.int().min(0),
    satisfactionScore: z.number().min(1).max(5).optional(),
  })
  .meta({ id: 'Session' });

export type NewSession = z.infer<typeof newSession>;
export type Session = z.infer<typeof session>;
export type SessionChange = z.infer<typeof sessionChange>;
