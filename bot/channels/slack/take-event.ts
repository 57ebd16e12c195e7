import * as z from 'zod';
import { conversationIdOf } from './conversation-id.ts';
import {
  type EventDelivery,
  eventDelivery,
  homeOpenedEvent,
  messageEvent,
  sessionStoppedEvent,
  threadStartedEvent,
} from './incoming.ts';
import { slackChannelId } from './incoming-activity.ts';
import { replyTo, type SlackIntakeOptions, type SlackReply, taken } from './intake.ts';
import { suggestPrompts } from './slack-outlet.ts';
import { type Addressee, createMessageTaker, threadOf } from './take-message.ts';

/** Slack delivers for a day at most; an answer to anything older would come out of nowhere. */
const longestDelayMs = 25 * 60 * 60_000;

type Taker = (delivery: EventDelivery, to: Addressee) => Promise<SlackReply>;

/** Makes the function that takes what the Events API delivers; what is nobody's business is taken and left. */
export function createTakeEvent(
  options: SlackIntakeOptions,
): (payload: Readonly<Record<string, unknown>>) => Promise<SlackReply> {
  const { client, logger, now } = options;
  const takers = createTakers(options);

  const takeDelivery = async (delivery: EventDelivery): Promise<SlackReply> => {
    const to = addresseeOf(delivery, client.identity?.botUserId);
    const { type } = delivery.event;
    const isForeign = client.identity !== undefined && client.identity.teamId !== to.teamId;
    const sentAtMs = (delivery.event_time ?? Number.POSITIVE_INFINITY) * 1_000;
    if (isForeign || now().getTime() - sentAtMs > longestDelayMs) {
      logger.info(
        { eventType: type, isForeign },
        'an event of Slack was left: it is of another workspace, or older than a day',
      );
      return taken;
    }
    return takers.get(type)?.(delivery, to) ?? taken;
  };

  return async (payload) => {
    const challenge = urlVerification.safeParse(payload).data?.challenge;
    if (challenge !== undefined) return { status: 200, body: { challenge } };
    if (payload['type'] === 'app_rate_limited')
      logger.warn({}, 'Slack holds back events: the app gets more than 30,000 an hour');
    if (payload['type'] !== 'event_callback') return taken;
    const delivery = eventDelivery.safeParse(payload).data;
    return delivery ? takeDelivery(delivery) : taken;
  };
}

const urlVerification = z.object({
  type: z.literal('url_verification'),
  challenge: z.string().max(1_000),
});

/** What is done about each type of event; any other is nothing of the bot's. */
function createTakers(options: SlackIntakeOptions): ReadonlyMap<string, Taker> {
  const { client, adapter, inbox, logger, suggestStarters } = options;
  const messages = createMessageTaker(options);
  const takeMessage: Taker = async ({ event }, to) => {
    const message = messageEvent.safeParse(event).data;
    return message ? messages.said(message, to) : taken;
  };
  const tellOperator =
    (what: string): Taker =>
    async () => {
      logger.error({}, `Slack: ${what}; reinstall the app and set its new SLACK_BOT_TOKEN.`);
      return taken;
    };
  return new Map<string, Taker>([
    ['message', takeMessage],
    ['app_mention', takeMessage],
    [
      'app_home_opened',
      async ({ event, event_id }, { teamId }) => {
        const opened = homeOpenedEvent.safeParse(event).data;
        if (opened?.tab !== 'messages') return taken;
        const { channel } = opened;
        // Of the moment: who opens the tab again is offered them again.
        const acceptance = await inbox.accept({
          channelId: slackChannelId,
          conversationId: `${teamId}:${channel}`,
          activityId: event_id ?? undefined,
          run: () => suggestPrompts(client, { channelId: channel }, suggestStarters()),
        });
        return replyTo(acceptance);
      },
    ],
    [
      'assistant_thread_started',
      async ({ event }, to) => {
        const thread = threadStartedEvent.safeParse(event).data?.assistant_thread;
        if (thread === undefined) return taken;
        const { channel_id: channelId, thread_ts: threadTs, user_id: userId } = thread;
        return messages.arrived({ teamId: to.teamId, channelId, threadTs }, userId, to);
      },
    ],
    [
      'agent_session_stopped',
      async ({ event }, { teamId }) => {
        const stopped = sessionStoppedEvent.safeParse(event).data;
        if (stopped) adapter.stop(conversationIdOf(threadOf({ ...stopped, ts: '' }, teamId)));
        return taken;
      },
    ],
    ['tokens_revoked', tellOperator('the token SLACK_BOT_TOKEN was revoked')],
    ['app_uninstalled', tellOperator('the app was removed from its workspace')],
  ]);
}

function addresseeOf(
  { team_id, context_team_id, authorizations }: EventDelivery,
  knownBotUserId: string | undefined,
): Addressee {
  // In a channel that two workspaces share, `team_id` is where it was said; the authorization is ours.
  const [ours] = authorizations ?? [];
  return {
    teamId: ours?.team_id ?? context_team_id ?? team_id,
    botUserId: (ours?.is_bot ? ours.user_id : undefined) ?? knownBotUserId,
  };
}
