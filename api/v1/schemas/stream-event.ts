import { z } from 'zod';
import { messageAnswer } from './message-answer.ts';
import { problem } from './problem.ts';

/** What the events of a streamed answer carry as their data, by their name. */
export const streamEvents = {
  stage: z.object({
    stage: z.enum(['understanding', 'searching', 'reading', 'writing', 'checking']),
  }),
  'source-found': z.object({ documentId: z.string(), title: z.string() }),
  'text-delta': z.object({ text: z.string() }),
  /** Everything so far is void: another model begins again, or the stream was resumed after its answer was stopped. */
  'text-reset': z.object({}),
  answer: messageAnswer,
  error: problem,
} as const;

export type StreamEventName = keyof typeof streamEvents;

export type StreamEvent = {
  [Name in StreamEventName]: {
    readonly event: Name;
    readonly data: z.infer<(typeof streamEvents)[Name]>;
  };
}[StreamEventName];

/** An event as a shape of its own, for whoever reads the stream by a schema. */
export const streamEvent = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('stage'), data: streamEvents.stage }),
    z.object({ event: z.literal('source-found'), data: streamEvents['source-found'] }),
    z.object({ event: z.literal('text-delta'), data: streamEvents['text-delta'] }),
    z.object({ event: z.literal('text-reset'), data: streamEvents['text-reset'] }),
    z.object({ event: z.literal('answer'), data: streamEvents.answer }),
    z.object({ event: z.literal('error'), data: streamEvents.error }),
  ])
  .meta({
    id: 'StreamEvent',
    description:
      'Name and data of one server-sent event. Every stream ends with exactly one `answer` or `error`. `text-reset` voids the text so far.',
  });
