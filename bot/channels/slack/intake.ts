import type { Activity } from 'botbuilder';
import type { TurnInbox, TurnLogger } from '#bot/turn-inbox.ts';
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

/** Hands an activity to the inbox; `before` runs first in its turn and may fail without harm. */
export async function enqueue(
  activity: Activity,
  { inbox, adapter, logic, logger }: SlackIntakeOptions,
  before?: () => Promise<unknown>,
): Promise<SlackReply> {
  return accept(
    { conversationId: activity.conversation.id, activityId: activity.id },
    async () => {
      await before?.().catch((error: unknown) =>
        logger.warn({ reason: String(error) }, 'a pressed button could not be marked'),
      );
      await adapter.receive(activity, logic);
    },
    inbox,
  );
}

/** Hands work to the inbox, once for each id. */
export async function accept(
  turn: { readonly conversationId: string; readonly activityId: string | undefined },
  run: () => Promise<unknown>,
  inbox: TurnInbox,
): Promise<SlackReply> {
  const acceptance = await inbox.accept({ channelId: 'slack', ...turn, run });
  return acceptance === 'closed' ? { status: 503 } : taken;
}
