import {
  type Activity,
  BotAdapter,
  type ConversationReference,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import { type ChannelCapabilities, capabilitiesKey } from '#bot/channels/channel.ts';
import { printable } from '#language/printable.ts';

/** A terminal shows growing text and plain lists; it has no cards. */
export const terminalCapabilities: ChannelCapabilities = {
  streaming: true,
  citations: 'text',
  suggestedActions: true,
  markdown: false,
  maxTextLength: 100_000,
};

/** Where the words go: a terminal, or in a pipe only what is final. */
export interface TerminalOutput {
  write(text: string): void;
  /** Whether text may grow before it is final; false for pipes and files. */
  readonly isInteractive: boolean;
}

/** Runs the bot's turns in this process and prints what the bot sends. */
export class TerminalAdapter extends BotAdapter {
  readonly #output: TerminalOutput;
  readonly #userId: string;
  readonly #conversationId: string;
  #sequence = 0;
  /** What of the growing message stands on the screen already. */
  #shown = '';
  #statusShown = false;
  #offered: readonly string[] = [];

  constructor(output: TerminalOutput, identity: { userId: string; conversationId: string }) {
    super();
    this.#output = output;
    this.#userId = identity.userId;
    this.#conversationId = identity.conversationId;
  }

  /** What the bot offered last: typing its number chooses it. */
  get offered(): readonly string[] {
    return this.#offered;
  }

  /** Runs one turn: a message with this text, or without one the beginning of the conversation. */
  async runTurn(
    text: string | undefined,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    this.#offered = text === undefined ? this.#offered : [];
    const context = new TurnContext(this, this.#activity(text));
    context.turnState.set(capabilitiesKey, terminalCapabilities);
    await this.runMiddleware(context, logic);
  }

  #activity(text: string | undefined): Activity {
    const user = { id: this.#userId, name: 'You', role: 'user' as never };
    const bot = { id: 'career-mentor', name: 'Career Mentor', role: 'bot' as never };
    const common = {
      id: this.#nextId(),
      channelId: 'terminal',
      serviceUrl: 'terminal:',
      conversation: { id: this.#conversationId },
      from: user,
      recipient: bot,
      timestamp: new Date(),
      locale: 'en-US',
    };
    const activity =
      text === undefined
        ? { ...common, type: 'conversationUpdate', membersAdded: [user, bot] }
        : { ...common, type: 'message', text };
    return activity as unknown as Activity;
  }

  override async sendActivities(
    _context: TurnContext,
    activities: Partial<Activity>[],
  ): Promise<ResourceResponse[]> {
    return activities.map((activity) => {
      this.#show(activity);
      return { id: this.#nextId() };
    });
  }

  override async updateActivity(
    _context: TurnContext,
    activity: Partial<Activity>,
  ): Promise<ResourceResponse> {
    this.#show(activity);
    return { id: activity.id ?? this.#nextId() };
  }

  /** What stands on a screen stays there. */
  override async deleteActivity(): Promise<void> {}

  override async continueConversation(
    reference: Partial<ConversationReference>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    const activity = TurnContext.applyConversationReference(
      { type: 'event', name: 'continueConversation' },
      reference,
      true,
    );
    const context = new TurnContext(this, activity as Activity);
    context.turnState.set(capabilitiesKey, terminalCapabilities);
    await this.runMiddleware(context, logic);
  }

  #nextId(): string {
    this.#sequence += 1;
    return `${this.#conversationId}|${this.#sequence}`;
  }

  #show(activity: Partial<Activity>): void {
    const streamType = (activity.channelData as { streamType?: string } | undefined)?.streamType;
    if (activity.type === 'typing') {
      if (!this.#output.isInteractive || activity.text === undefined) return;
      if (streamType === 'informative') this.#showStatus(printable(activity.text));
      else this.#grow(printable(activity.text));
      return;
    }
    if (activity.type !== 'message') return;
    this.#grow(printable(activity.text ?? ''));
    this.#output.write('\n\n');
    this.#shown = '';
    this.#offered = (activity.suggestedActions?.actions ?? []).map((action) =>
      String(action.value),
    );
    for (const [position, offer] of this.#offered.entries())
      this.#output.write(`  ${position + 1}  ${printable(offer)}\n`);
    if (this.#offered.length > 0) this.#output.write('\n');
  }

  #showStatus(text: string): void {
    this.#output.write(`\r\u001B[2K\u001B[2m${text}\u001B[22m`);
    this.#statusShown = true;
  }

  /** Writes what is new of the text; where the text began anew, the new beginning goes on a line of its own. */
  #grow(text: string): void {
    if (this.#statusShown) this.#output.write('\r\u001B[2K');
    this.#statusShown = false;
    const isContinued = text.startsWith(this.#shown);
    if (!isContinued) this.#output.write('\n\n');
    this.#output.write(isContinued ? text.slice(this.#shown.length) : text);
    this.#shown = text;
  }
}
