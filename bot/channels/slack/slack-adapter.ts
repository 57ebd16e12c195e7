import {
  type Activity,
  BotAdapter,
  type ConversationReference,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import { capabilitiesForActivity } from '#bot/channels/capabilities-table.ts';
import { capabilitiesKey } from '#bot/channels/channel.ts';
import { deliverOnce, type SentPart } from '#bot/turn-delivery.ts';
import type { RunningTurn, TurnLogger } from '#bot/turn-inbox.ts';
import { placeOf, slackUserIdOf } from './conversation-id.ts';
import type { SlackClient } from './slack-client.ts';
import { blocksOf, toSlackMessages } from './slack-message.ts';
import { createSlackOutlet, type SlackOutlet } from './slack-outlet.ts';

export type TurnLogic = (context: TurnContext) => Promise<void>;

export interface SlackAdapterOptions {
  readonly client: SlackClient;
  readonly logger: TurnLogger;
  readonly now?: () => number;
}

/** What this channel puts into an activity's `channelData`. */
export interface SlackChannelData {
  readonly triggerId?: string;
}

const outletKey: unique symbol = Symbol('slack-outlet');

/** Runs the bot's turns and shows in Slack what they send. */
export class SlackAdapter extends BotAdapter {
  readonly #client: SlackClient;
  readonly #logger: TurnLogger;
  readonly #now: () => number;
  /** The turns that run, by conversation: people may stop an answer. */
  readonly #running = new Map<string, TurnContext>();

  constructor({ client, logger, now = Date.now }: SlackAdapterOptions) {
    super();
    this.#client = client;
    this.#logger = logger;
    this.#now = now;
  }

  /** Runs one turn. Rejects where the turn failed and nobody could be told. */
  async receive(activity: Activity, logic: TurnLogic, turn: RunningTurn): Promise<void> {
    const context = new TurnContext(this, activity);
    const { id } = activity.conversation;
    this.#running.set(id, context);
    try {
      await this.#run(context, (inner) => {
        deliverOnce(inner, turn, { logger: this.#logger });
        return logic(inner);
      });
    } finally {
      this.#running.delete(id);
    }
  }

  /** Says a sentence to whoever sent the activity. */
  async say(activity: Activity, text: string): Promise<void> {
    await this.#run(new TurnContext(this, { ...activity, type: 'event' }), async (context) => {
      await context.sendActivity(text);
    });
  }

  /** Ends the answer that grows in this conversation, where one does; what it has shown stays. */
  stop(conversationId: string): void {
    const context = this.#running.get(conversationId);
    if (context) this.#outletOf(context).stop();
  }

  override async sendActivities(
    context: TurnContext,
    activities: Partial<Activity>[],
  ): Promise<ResourceResponse[]> {
    const outlet = this.#outletOf(context);
    const responses: SentPart[] = [];
    for (const activity of activities) {
      const id = await outlet.send(activity);
      responses.push({ id, resumeId: outlet.streamTs });
    }
    return responses;
  }

  override async updateActivity(
    context: TurnContext,
    activity: Partial<Activity>,
  ): Promise<ResourceResponse> {
    const { channelId } = placeOf(context.activity.conversation.id);
    const [message] = toSlackMessages(activity);
    const { id = '' } = activity;
    if (message === undefined || !isTimestamp(id)) throw new Error('There is no such message.');
    await this.#client.deliver((web) =>
      web.chat.update({
        channel: channelId,
        ts: id,
        text: message.text,
        blocks: blocksOf(message),
      }),
    );
    return { id };
  }

  override async deleteActivity(
    _context: TurnContext,
    { activityId, conversation }: Partial<ConversationReference>,
  ): Promise<void> {
    if (activityId === undefined || conversation === undefined) return;
    const { channelId } = placeOf(conversation.id);
    await this.#client.deliver((web) => web.chat.delete({ channel: channelId, ts: activityId }));
  }

  override async continueConversation(
    reference: Partial<ConversationReference>,
    logic: TurnLogic,
  ): Promise<void> {
    const activity = TurnContext.applyConversationReference(
      { type: 'event', name: 'continueConversation' },
      reference,
      true,
    );
    await this.#run(new TurnContext(this, activity as Activity), logic);
  }

  async #run(context: TurnContext, logic: TurnLogic): Promise<void> {
    context.turnState.set(capabilitiesKey, capabilitiesForActivity(context.activity));
    try {
      await this.runMiddleware(context, logic);
    } finally {
      await context.turnState.get<SlackOutlet>(outletKey)?.end();
    }
  }

  #outletOf(context: TurnContext): SlackOutlet {
    const known = context.turnState.get<SlackOutlet>(outletKey);
    if (known) return known;
    const { conversation, from, type, channelData } = context.activity;
    const outlet = createSlackOutlet({
      client: this.#client,
      place: placeOf(conversation.id),
      userId: from.id,
      recipientId: slackUserIdOf(from.id),
      triggerId: (channelData as SlackChannelData | undefined)?.triggerId,
      isArrival: type === 'conversationUpdate',
      logger: this.#logger,
      now: this.#now,
    });
    context.turnState.set(outletKey, outlet);
    return outlet;
  }
}

/** Slack names a message by when it came; a message that never was has no such name. */
function isTimestamp(id: string): boolean {
  return /^\d+\.\d+$/.test(id);
}
