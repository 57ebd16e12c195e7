import type { Activity } from 'botbuilder';
import { reviveTimestamps } from '#bot/channels/bot-framework/activity-timestamps.ts';
import type { Acceptance, RunningTurn, TurnEdge, TurnInbox, TurnLogger } from '#bot/turn-inbox.ts';
import { userKeyOf } from '#bot/turn-keys.ts';
import type { BlockActions, SlashCommand } from './incoming.ts';
import { slackChannelId } from './incoming-activity.ts';
import type { SlackAdapter, TurnLogic } from './slack-adapter.ts';
import type { SlackClient } from './slack-client.ts';

export interface SlackIntakeOptions {
  readonly client: SlackClient;
  readonly adapter: SlackAdapter;
  readonly inbox: TurnInbox;
  readonly logic: TurnLogic;
  readonly logger: TurnLogger;
  readonly now: () => Date;
  readonly apiUrl: string;
  /** Whether the bot has spoken in this conversation before. */
  readonly isEngaged: (conversationId: string) => Promise<boolean>;
  /** Three or four questions to begin with. */
  readonly suggestStarters: () => readonly string[];
}

/** The answer to a delivery. Slack sends again what is answered with 503. */
export interface SlackReply {
  readonly status: 200 | 503;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Nothing more to say. */
export const taken: SlackReply = { status: 200 };

/** Names this way in, in what is kept of a turn. */
export const slackEdge = 'slack';

/** What shows in Slack before a turn runs; it may fail without harm. */
export type Prelude =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'press'; readonly press: BlockActions };

/** A turn as it is kept. */
export type SlackTurn =
  | { readonly kind: 'activity'; readonly activity: Activity; readonly prelude?: Prelude }
  | { readonly kind: 'command'; readonly command: SlashCommand };

/** Hands an activity to the inbox. */
export function enqueue(
  activity: Activity,
  { inbox }: Pick<SlackIntakeOptions, 'inbox'>,
  prelude?: Prelude,
): Promise<SlackReply> {
  return accept(
    {
      conversationId: activity.conversation.id,
      activityId: activity.id,
      person: userKeyOf(activity),
    },
    { kind: 'activity', activity, ...(prelude === undefined ? {} : { prelude }) },
    inbox,
  );
}

/** Hands a turn to the inbox, once for each id. */
export async function accept(
  turn: {
    readonly conversationId: string;
    readonly activityId: string | undefined;
    readonly person: string;
  },
  payload: SlackTurn,
  inbox: TurnInbox,
): Promise<SlackReply> {
  const acceptance = await inbox.accept({
    channelId: slackChannelId,
    ...turn,
    edge: slackEdge,
    payload,
  });
  return replyTo(acceptance);
}

/** What Slack is told of a turn. */
export function replyTo(acceptance: Acceptance): SlackReply {
  return acceptance === 'closed' ? { status: 503 } : taken;
}

/** Runs what was handed to the inbox. */
export function createSlackEdge(
  { adapter, logic, logger }: SlackIntakeOptions,
  doers: {
    readonly showPrelude: (prelude: Prelude, activity: Activity) => Promise<unknown>;
    readonly begin: (command: SlashCommand) => Promise<unknown>;
  },
): TurnEdge {
  return {
    async run(payload, turn: RunningTurn) {
      const kept = payload as SlackTurn;
      if (kept.kind === 'command') return doers.begin(kept.command);
      const activity = reviveTimestamps({ ...kept.activity }) as unknown as Activity;
      // What shows before a turn showed in its first run.
      if (kept.prelude !== undefined && turn.attempt === 1)
        await doers
          .showPrelude(kept.prelude, activity)
          .catch((error: unknown) =>
            logger.warn(
              { reason: String(error) },
              'what stands before an answer could not be shown',
            ),
          );
      return adapter.receive(activity, logic, turn);
    },
    async say(payload, text) {
      const kept = payload as SlackTurn;
      if (kept.kind !== 'activity' || kept.activity.type !== 'message') return;
      await adapter.say(kept.activity, text);
    },
  };
}
