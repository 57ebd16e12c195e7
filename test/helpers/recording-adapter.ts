import {
  type Activity,
  BotAdapter,
  type ConversationReference,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import { type ChannelCapabilities, capabilitiesKey } from '#bot/channels/channel.ts';

/** What Web Chat can show. */
export const webCapabilities: ChannelCapabilities = {
  streaming: true,
  adaptiveCards: '1.6',
  citations: 'link-definitions',
  feedback: 'like-actions',
  suggestedActions: true,
  markdown: true,
  maxTextLength: 100_000,
  fileAttachments: true,
};

/** What a terminal can show. */
export const plainCapabilities: ChannelCapabilities = {
  streaming: false,
  citations: 'text',
  suggestedActions: true,
  markdown: false,
  maxTextLength: 100_000,
};

/** What Teams can show: cards, its own feedback, streams. */
export const teamsCapabilities: ChannelCapabilities = {
  streaming: true,
  adaptiveCards: '1.5',
  citations: 'entities',
  feedback: 'feedback-loop',
  suggestedActions: true,
  markdown: true,
  maxTextLength: 28_000,
};

export interface Speaker {
  readonly userId?: string;
  readonly conversationId?: string;
  readonly isGroup?: boolean;
}

/** An adapter that keeps everything the bot sends, typing and growing text included. */
export class RecordingAdapter extends BotAdapter {
  readonly sent: Activity[] = [];
  capabilities: ChannelCapabilities;
  /** Makes the sending of matching activities fail. */
  refuse: (activity: Partial<Activity>) => boolean = () => false;
  /** Lets a test put more into the turn before it runs. */
  prepare: (context: TurnContext) => void = () => {};
  #received = 0;

  constructor(capabilities: ChannelCapabilities) {
    super();
    this.capabilities = capabilities;
  }

  async receive(
    activity: Partial<Activity>,
    logic: (context: TurnContext) => Promise<void>,
    { userId = 'ada', conversationId = 'talk-1', isGroup = false }: Speaker = {},
  ): Promise<TurnContext> {
    this.#received += 1;
    const context = new TurnContext(this, {
      id: `received-${this.#received}`,
      channelId: 'test',
      serviceUrl: 'https://channel.invalid/',
      timestamp: new Date(),
      from: { id: userId, name: userId },
      recipient: { id: 'mentor', name: 'Career Mentor' },
      conversation: { id: conversationId, isGroup },
      ...activity,
    } as Activity);
    context.turnState.set(capabilitiesKey, this.capabilities);
    this.prepare(context);
    await this.runMiddleware(context, logic);
    return context;
  }

  override async sendActivities(
    _context: TurnContext,
    activities: Partial<Activity>[],
  ): Promise<ResourceResponse[]> {
    return activities.map((activity) => {
      if (this.refuse(activity)) throw new Error('The channel refused an activity.');
      this.sent.push(structuredClone(activity) as Activity);
      return { id: `sent-${this.sent.length}` };
    });
  }

  override async updateActivity(): Promise<void> {}
  override async deleteActivity(): Promise<void> {}
  override async continueConversation(_reference: Partial<ConversationReference>): Promise<void> {}
}
