import { z } from 'zod';
import { timestamp } from './common.ts';
import { profile } from './profile.ts';
import { session } from './session.ts';

/** What the server knows of whoever asks. */
export const me = z
  .object({
    personId: z.string(),
    signedIn: z.boolean(),
    roles: z.array(z.enum(['user', 'admin'])),
    profile: profile.nullable(),
    sessions: z.array(session).meta({ description: 'The one that went on last first.' }),
  })
  .meta({ id: 'Me' });

/** What was deleted; nothing in it is about the person. */
export const deletionReceipt = z
  .object({
    receiptId: z.string(),
    deletedAt: timestamp,
    deleted: z.object({
      profiles: z.int(),
      conversations: z.int(),
      messages: z.int(),
    }),
  })
  .meta({ id: 'DeletionReceipt' });

export type Me = z.infer<typeof me>;
export type DeletionReceipt = z.infer<typeof deletionReceipt>;
