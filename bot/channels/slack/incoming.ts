import * as z from 'zod';

/** Of a person, a channel, a workspace: letters and digits, so that ids can be put together without losing their ends. */
const id = z.string().regex(/^[A-Za-z0-9]{1,50}$/);
const timestamp = z.string().regex(/^\d{1,12}\.\d{1,8}$/);
const longText = z.string().max(200_000);

const file = z.looseObject({
  name: z.string().max(500).nullish(),
  mimetype: z.string().max(200).nullish(),
  size: z.number().nullish(),
  url_private_download: z.string().max(3_000).nullish(),
});

/** A message as a person wrote it; everything with another subtype is no message of theirs, or an edit of one. */
export const messageEvent = z.object({
  type: z.enum(['message', 'app_mention']),
  subtype: z.string().nullish(),
  hidden: z.boolean().nullish(),
  bot_id: z.string().nullish(),
  user: id,
  channel: id,
  channel_type: z.string().nullish(),
  ts: timestamp,
  thread_ts: timestamp.nullish(),
  text: longText.nullish(),
  files: z.array(file).max(100).nullish(),
});

export const homeOpenedEvent = z.object({
  type: z.literal('app_home_opened'),
  user: id,
  channel: id,
  tab: z.string().nullish(),
});

export const threadStartedEvent = z.object({
  type: z.literal('assistant_thread_started'),
  assistant_thread: z.object({ user_id: id, channel_id: id, thread_ts: timestamp }),
});

export const sessionStoppedEvent = z.object({
  type: z.literal('agent_session_stopped'),
  channel: id,
  thread_ts: timestamp,
});

/** What every delivery of the Events API has; the event itself is read by its type. */
export const eventDelivery = z.object({
  team_id: id,
  event_id: id.nullish(),
  event_time: z.number().nullish(),
  context_team_id: id.nullish(),
  authorizations: z
    .array(
      z.object({ team_id: id.nullish(), user_id: id.nullish(), is_bot: z.boolean().nullish() }),
    )
    .nullish(),
  event: z.looseObject({ type: z.string() }),
});

const person = z.object({ id, team_id: id.nullish() });
const team = z.object({ id }).nullish();

/** A button that was pressed. */
export const blockActions = z.object({
  type: z.literal('block_actions'),
  user: person,
  team,
  trigger_id: z.string().max(200).nullish(),
  channel: z.object({ id }),
  message: z.looseObject({
    ts: timestamp,
    thread_ts: timestamp.nullish(),
    text: longText.nullish(),
    blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().nullish() })).nullish(),
  }),
  actions: z
    .array(
      z.object({
        action_id: z.string().max(255),
        block_id: z.string().max(255).nullish(),
        action_ts: z.string().max(50).nullish(),
        value: z.string().max(2_000).nullish(),
        text: z.object({ text: z.string().max(3_000) }).nullish(),
      }),
    )
    .min(1),
});

/** A window that was sent off. */
export const viewSubmission = z.object({
  type: z.literal('view_submission'),
  user: person,
  team,
  view: z.object({
    id,
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3_000),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: z.string().max(10_000).nullish(),
            selected_option: z.object({ value: z.string().max(200) }).nullish(),
          }),
        ),
      ),
    }),
  }),
});

/** `/mentor` and what follows it. */
export const slashCommand = z.object({
  command: z.string().min(1).max(100),
  text: longText.default(''),
  user_id: id,
  channel_id: id,
  team_id: id,
  trigger_id: z.string().max(200).optional(),
});

export type MessageEvent = z.infer<typeof messageEvent>;
export type BlockActions = z.infer<typeof blockActions>;
export type ViewSubmission = z.infer<typeof viewSubmission>;
export type SlashCommand = z.infer<typeof slashCommand>;
export type EventDelivery = z.infer<typeof eventDelivery>;
