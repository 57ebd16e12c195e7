import type { Activity } from 'botbuilder';
import * as z from 'zod';
import { RequestRefused } from '#bot/channels/read-json-body.ts';
import { reviveTimestamps } from './activity-timestamps.ts';

/** Longer than any channel's ids; Teams' conversation ids, the longest, stay below 300. */
const longestId = 1_024;

/**
 * An id as it goes into the address of a reply. `.` and `..` would change which conversation the address names, and half a
 * surrogate pair cannot be written into one at all.
 */
const id = z
  .string()
  .min(1)
  .max(longestId)
  .refine((text) => text !== '.' && text !== '..' && text.isWellFormed(), 'is no usable id');

/** Channels write `null` where they have nothing to say; the bot only knows absent. */
function present<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null))
        : value,
    schema,
  );
}

const shortText = z.string().max(1_000).optional();
const data = z.record(z.string(), z.unknown());

const account = present(
  z.looseObject({ id, name: shortText, aadObjectId: shortText, role: shortText }),
);

const conversation = present(
  z.looseObject({
    id,
    isGroup: z.boolean().optional(),
    conversationType: shortText,
    tenantId: shortText,
    name: shortText,
  }),
);

const attachment = present(
  z.looseObject({
    contentType: z.string().min(1).max(1_000),
    contentUrl: z.string().optional(),
    name: shortText,
  }),
);

/** Everything of an activity that a turn looks at; what no turn looks at is the channel's and passes through. */
const incomingActivity = present(
  z.looseObject({
    type: z.string().min(1).max(100),
    channelId: z.string().min(1).max(100),
    serviceUrl: z.url({ protocol: /^https?$/ }).max(2_048),
    conversation,
    from: account,
    recipient: account,
    id: id.optional(),
    replyToId: id.optional(),
    name: shortText,
    action: shortText,
    locale: shortText,
    text: z.string().optional(),
    textFormat: shortText,
    deliveryMode: shortText,
    channelData: data.optional(),
    entities: z
      .array(present(z.looseObject({ type: z.string() })))
      .max(250)
      .optional(),
    attachments: z.array(attachment).max(100).optional(),
    membersAdded: z.array(account).optional(),
    membersRemoved: z.array(account).optional(),
    reactionsAdded: z.array(data).optional(),
    reactionsRemoved: z.array(data).optional(),
  }),
);

/** Reads what a channel delivered as an activity with Date timestamps. Throws RequestRefused 400 that names the field. */
export function readActivity(body: Record<string, unknown>): Activity {
  const parsed = incomingActivity.safeParse(body);
  if (parsed.success) return reviveTimestamps(parsed.data) as unknown as Activity;
  const [issue] = parsed.error.issues;
  throw new RequestRefused(400, `${issue?.path.join('.') || 'activity'}: ${issue?.message}`);
}
