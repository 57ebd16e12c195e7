import {
  type Activity,
  ActivityHandler,
  ConversationState,
  type InvokeResponse,
  type Storage,
  type TranscriptStore,
  type TurnContext,
} from 'botbuilder';
import type { Logger } from 'pino';
import { cardSubmit } from '#cards/card-data.ts';
import type { MatchRole } from '#dialogs/profile-steps.ts';
import type { AnswerQuestion } from '#mentor/answer.ts';
import { cleanText } from '#mentor/screen-question.ts';
import type { ConversationStore } from '#services/conversations/port.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import { createAsk } from './answer-turn.ts';
import { capabilitiesOf } from './capabilities.ts';
import { buttonMessage } from './card-message.ts';
import { createShowCommand } from './command-replies.ts';
import { createDialogRunner, type DialogRunner } from './dialog-runner.ts';
import { createFeedback, type FeedbackHandling } from './feedback.ts';
import { rememberConversation } from './person-record.ts';
import { createPersonalData, type DeleteHook } from './personal-data.ts';
import { readFeedback } from './read-feedback.ts';
import { rememberAnswer, type TalkState, type TalkStateAccessor, talkOf } from './talk-state.ts';
import { texts } from './texts.ts';
import { isForgotten, isGroup, userKeyOf } from './turn-keys.ts';

export interface CareerMentorDependencies {
  readonly answerQuestion: AnswerQuestion;
  readonly conversations: ConversationStore;
  readonly profiles: ProfileStore;
  /** Bot Framework's storage for what the bot remembers between turns. */
  readonly storage: Storage;
  readonly transcripts: TranscriptStore;
  /** Delete what other parts keep about a person. They run before the person is told that all is gone. */
  readonly deleteHooks: readonly DeleteHook[];
  readonly matchRole: MatchRole;
  /** Three or four questions to begin with. */
  readonly suggestStarters: () => readonly string[];
  /** Whether somebody says that they are in danger, in any words that the mentor's screening knows. */
  readonly isCrisis: (text: string) => boolean;
  readonly articleCount: () => number;
  /** Where this server's own article pages can be opened, such as `https://mentor.example`; without it they have no links. */
  readonly publicUrl?: string;
  /** Shortens the older part of a long conversation; never rejects, and nobody waits for it. */
  readonly summarise?: (conversationKey: string, addedMessages: number) => Promise<void>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly clock?: () => Date;
  /** Growing text is sent no more often than this; 80 ms where nothing is said. */
  readonly streamIntervalMs?: number;
}

export interface CareerMentorBot {
  /** Runs one turn; rejects when it failed, for the adapter's `onTurnError`. */
  run(context: TurnContext): Promise<void>;
  /** Ends the open dialog and keeps everything else: for `createTurnErrorHandler`. */
  clearDialog(context: TurnContext): Promise<void>;
}

/** Puts the bot together from its parts. */
export function createCareerMentorBot(dependencies: CareerMentorDependencies): CareerMentorBot {
  const { storage, conversations, publicUrl, logger, clock = () => new Date() } = dependencies;
  const conversationState = new ConversationState(storage);
  const talkState: TalkStateAccessor = conversationState.createProperty<TalkState>('talk');
  const common = { ...dependencies, publicUrl, clock };
  const personalData = createPersonalData(common);
  const feedback = createFeedback({ conversations, talkState, clock, logger });
  const ask = createAsk({
    ...common,
    onAnswered: async (context, sentId, answerId) => {
      // Only channels that answer feedback with the message's id need to know which answer it held.
      if (capabilitiesOf(context).feedback === 'feedback-loop')
        rememberAnswer(await talkOf(talkState, context), sentId, answerId);
    },
  });
  const show = createShowCommand({ ...common, personalData });
  const dialogs = createDialogRunner({
    conversationState,
    logger,
    main: {
      ...common,
      isCrisis: (text) => saysCrisis(text, dependencies.isCrisis),
      ask,
      show,
      feedback,
      talkState,
      personalData,
    },
  });
  const handler = new CareerMentorActivityHandler({
    ...common,
    dialogs,
    feedback,
    talkState,
    conversationState,
  });
  return {
    run: (context) => handler.run(context),
    async clearDialog(context) {
      await dialogs.clear(context);
      await conversationState.saveChanges(context);
    },
  };
}

/** What the screening refuses to read, such as a dash or a book, is no crisis; whoever answers it says kindly why. */
function saysCrisis(text: string, isCrisis: (text: string) => boolean): boolean {
  try {
    return isCrisis(text);
  } catch {
    return false;
  }
}

interface HandlerOptions
  extends Pick<
    CareerMentorDependencies,
    'storage' | 'profiles' | 'suggestStarters' | 'articleCount' | 'logger'
  > {
  readonly dialogs: DialogRunner;
  readonly feedback: FeedbackHandling;
  readonly talkState: TalkStateAccessor;
  readonly conversationState: ConversationState;
}

/** Takes each kind of activity to the part that handles it, and saves the conversation's state once, when the turn ends. */
class CareerMentorActivityHandler extends ActivityHandler {
  readonly #options: HandlerOptions;

  constructor(options: HandlerOptions) {
    super();
    this.#options = options;
    this.onMembersAdded((context, next) => this.#onMembersAdded(context).then(next));
    this.onMessage((context, next) => this.#onMessage(context).then(next));
    this.onEvent((context, next) => this.#onEvent(context).then(next));
  }

  override async run(context: TurnContext): Promise<void> {
    await super.run(context);
    const { conversationState } = this.#options;
    if (isForgotten(context)) await conversationState.delete(context);
    // Invokes run beside the conversation's turns and must not overwrite what these save.
    else if (context.activity.type !== 'invoke') await conversationState.saveChanges(context);
  }

  protected override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    const given = readFeedback(context.activity);
    if (given === undefined) return super.onInvokeActivity(context);
    await this.#options.feedback.onFeedback(context, given, { mayAskReason: false });
    // Teams takes any other body for a failure.
    return { status: 200, body: {} };
  }

  async #onMembersAdded(context: TurnContext): Promise<void> {
    const { membersAdded = [], recipient } = context.activity;
    const person = membersAdded.find(({ id }) => id !== recipient.id);
    if (person === undefined) return;
    const profile = await this.#options.profiles.get(`${context.activity.channelId}:${person.id}`);
    await this.#greetOnce(context, profile !== undefined);
  }

  async #onEvent(context: TurnContext): Promise<void> {
    const given = readFeedback(context.activity);
    if (given === undefined) return;
    const { dialogs, feedback } = this.#options;
    // A card can bring the reason at any time; a reason in words would be taken for the open dialog's answer.
    const hasCards = capabilitiesOf(context).adaptiveCards !== undefined;
    const mayAskReason = hasCards || !(await dialogs.isOpen(context));
    await feedback.onFeedback(context, given, { mayAskReason });
    await dialogs.repeatQuestion(context);
  }

  async #onMessage(context: TurnContext): Promise<void> {
    const { activity } = context;
    const talk = await talkOf(this.#options.talkState, context);
    await this.#remember(context, talk);
    if (talk.greeted !== true) await this.#greetOnce(context, false, { firstMessage: true });

    activity.text = cleanText(saidText(activity));
    if (await this.#onCardFeedback(context)) return;
    const submitted = cardSubmit.safeParse(activity.value).data;
    const attached = attachedFiles(activity);
    if (activity.text === '' && submitted?.command !== 'save-profile') {
      await context.sendActivity(replyToWordless(activity, attached));
      await this.#options.dialogs.repeatQuestion(context);
      return;
    }
    await this.#options.dialogs.run(context);
    if (attached > 0) await context.sendActivity(texts.attachmentIgnored);
  }

  async #onCardFeedback(context: TurnContext): Promise<boolean> {
    const { feedback, dialogs } = this.#options;
    const { activity } = context;
    if (activity.text !== '') return false;
    const given = readFeedback(activity);
    const submitted = cardSubmit.safeParse(activity.value).data;
    if (given !== undefined) await feedback.onFeedback(context, given);
    else if (submitted?.command === 'feedback-reason') await feedback.onReason(context, submitted);
    else return false;
    await dialogs.repeatQuestion(context);
    return true;
  }

  /** One greeting a conversation, whichever comes first: the person's arrival or their first words. */
  async #greetOnce(
    context: TurnContext,
    isKnown: boolean,
    { firstMessage = false }: { firstMessage?: boolean } = {},
  ): Promise<void> {
    const talk = await talkOf(this.#options.talkState, context);
    if (talk.greeted === true) return;
    talk.greeted = true;
    const { articleCount, suggestStarters } = this.#options;
    const introduction = [texts.greeting(articleCount()), texts.greetingPrivacy];
    // Whoever came with a question gets its answer next, not an invitation to ask.
    if (firstMessage) await context.sendActivity(introduction.join('\n\n'));
    else {
      const invitation = isKnown ? texts.greetingKnown : texts.greetingInvitation;
      const text = [...introduction, invitation].join('\n\n');
      await context.sendActivity(buttonMessage(context, text, suggestStarters()));
    }
  }

  async #remember(context: TurnContext, talk: TalkState): Promise<void> {
    const { activity } = context;
    if (talk.remembered === true || isGroup(activity)) return;
    await rememberConversation(
      this.#options.storage,
      userKeyOf(activity),
      activity.conversation.id,
    );
    talk.remembered = true;
  }
}

/** The words of a message, or those that the pressed button of a card stands for. */
function saidText(activity: Activity): string {
  if (activity.text) return activity.text;
  const submitted = cardSubmit.safeParse(activity.value).data;
  return submitted?.command === 'ask' ? submitted.text : '';
}

/** Files; not the copies of the text that Teams attaches to each message. */
function attachedFiles({ attachments = [] }: Activity): number {
  return attachments.filter(({ contentType }) => !contentType.startsWith('text/html')).length;
}

function replyToWordless({ value }: Activity, attached: number): string {
  if (attached > 0) return texts.attachmentOnly;
  return value === undefined || value === null ? texts.empty : texts.oldCard;
}
