import { z } from 'zod';
import { timestamp } from './common.ts';
import { keptMessage } from './history.ts';
import { profile } from './profile.ts';
import { session } from './session.ts';

/** Everything that is kept about one person, in every channel in which they are known. */
export const personalDataExport = z
  .object({
    exportedAt: timestamp,
    personId: z.string(),
    profiles: z.array(profile),
    conversations: z.array(
      session.extend({
        conversationSummary: z.string().optional(),
        messages: z.array(keptMessage),
      }),
    ),
    transcripts: z
      .array(
        z.object({
          conversationId: z.string(),
          lines: z.array(
            z.object({ at: timestamp, from: z.enum(['you', 'mentor']), text: z.string() }),
          ),
        }),
      )
      .meta({ description: 'What was written on both sides, as the channel showed it.' }),
  })
  .meta({ id: 'PersonalDataExport' });

export type ApiPersonalDataExport = z.infer<typeof personalDataExport>;
