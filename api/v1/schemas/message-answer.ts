import { z } from 'zod';
import { answerStates } from '#services/conversations/port.ts';
import { citation } from './citation.ts';
import { givenIdentifier, timestamp } from './common.ts';

/** What an answer's card says below it. */
export const notice = z.string().optional().meta({
  description:
    'To be shown below the answer: who wrote it, and what was out of order, such as an answer that was cut short. Absent where there is nothing to say.',
});

/** The whole answer to one question. */
export const messageAnswer = z
  .object({
    messageId: givenIdentifier,
    sessionId: givenIdentifier,
    response: z
      .string()
      .meta({ description: 'Markdown without links, images or HTML, with `[n]` for citation n.' }),
    citations: z.array(citation),
    followUps: z.array(z.string()).meta({ description: 'Questions that can be answered next.' }),
    nextSteps: z.array(z.string()),
    state: z.enum(answerStates).meta({
      description:
        '`grounded`: borne out by its sources. `partly-grounded`: marked where it is not. `no-evidence`: nothing was found, so nothing is said. `declined`: not answered, for the reason it gives. `degraded`: put together without the language model.',
    }),
    notice,
    metadata: z.object({
      tokensUsed: z.int().min(0),
      responseTime: z.number().min(0).meta({ description: 'Milliseconds.' }),
      modelUsed: z.string(),
      confidenceScore: z.number().min(0).max(1),
      knowledgeSources: z
        .array(z.string())
        .meta({ description: 'Ids of the articles that the answer rests on.' }),
    }),
    timestamp,
  })
  .meta({ id: 'MessageAnswer' });

export type MessageAnswer = z.infer<typeof messageAnswer>;
