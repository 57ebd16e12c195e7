import type { Activity } from 'botbuilder';
import * as z from 'zod';
import { reviveTimestamps } from '#bot/channels/bot-framework/activity-timestamps.ts';
import type { LoggedActivity } from '#services/activity-log/port.ts';
import { DirectLineError, directLineChannelId, directLineServiceUrl } from './protocol.ts';
import type { Participant } from './tokens.ts';

export interface BotAccount {
  readonly id: string;
  readonly name: string;
}

const data = z.record(z.string(), z.unknown());

/**
 * All that is taken from a client. Whatever is not listed (`recipient`, `serviceUrl`, `channelId`, `deliveryMode`,
 * `timestamp`, `id`, ...) is ours to say and is dropped.
 */
const clientActivity = z.object({
  type: z.enum(['message', 'event', 'typing', 'invoke']),
  text: z.string().optional(),
  textFormat: z.enum(['plain', 'markdown', 'xml']).optional(),
  name: z.string().max(200).optional(),
  value: z.unknown().optional(),
  valueType: z.string().max(200).optional(),
  locale: z.string().max(35).optional(),
  localTimestamp: z.string().max(40).optional(),
  localTimezone: z.string().max(60).optional(),
  replyToId: z.string().max(200).optional(),
  entities: z.array(data).max(100).optional(),
  channelData: data.optional(),
  from: z.object({ name: z.string().max(100).optional() }).optional(),
  // Without `contentUrl`: files come by upload, and a link here would send the bot to any address a client chose.
  attachments: z
    .array(
      z.object({
        contentType: z.string().max(200),
        content: z.unknown().optional(),
        name: z.string().max(200).optional(),
      }),
    )
    .max(20)
    .optional(),
});

/** What a client posted, as it is shown and kept: from the token's person, at our time. Throws DirectLineError 400. */
export function readClientActivity(
  posted: Readonly<Record<string, unknown>>,
  { userId, conversationId }: Participant,
  now: Date,
): Record<string, unknown> & { readonly type: string } {
  const parsed = clientActivity.safeParse(posted);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') || 'activity';
    throw new DirectLineError(400, 'BadArgument', `${place}: ${issue?.message}`);
  }
  const { from, ...taken } = parsed.data;
  return {
    ...taken,
    channelId: directLineChannelId,
    timestamp: now.toISOString(),
    conversation: { id: conversationId },
    from: { id: userId, ...(from?.name && { name: from.name }), role: 'user' },
  };
}

/** The same activity as the bot receives it, a copy that its turn may change. */
export function toTurnActivity(activity: LoggedActivity, bot: BotAccount): Activity {
  return reviveTimestamps({
    ...structuredClone(activity),
    serviceUrl: directLineServiceUrl,
    recipient: { ...bot, role: 'bot' },
  }) as unknown as Activity;
}

/** What tells the bot that a person has opened a new conversation. */
export function createConversationUpdate(
  { userId, conversationId }: Participant,
  { id, bot, now, locale }: { id: string; bot: BotAccount; now: Date; locale: string | undefined },
): Activity {
  return {
    type: 'conversationUpdate',
    id,
    channelId: directLineChannelId,
    serviceUrl: directLineServiceUrl,
    timestamp: now,
    conversation: { id: conversationId },
    from: { id: userId, role: 'user' },
    recipient: { ...bot, role: 'bot' },
    membersAdded: [{ id: userId }, { ...bot }],
    ...(locale && { locale }),
  } as Activity;
}
