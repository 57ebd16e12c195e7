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
import type { Roadmaps } from '#mentor/cite-roadmap.ts';
import type { InterviewPractice } from '#mentor/interview-practice.ts';
import { cleanText } from '#mentor/screen-question.ts';
import type { ConversationStore } from '#services/conversations/port.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import type { SensitivityLabel } from './answer-entity.ts';
import { type Ask, createAsk } from './answer-turn.ts';
import { capabilitiesOf, showsCards } from './capabilities.ts';
import { buttonMessage } from './card-message.ts';
import { createShowCommand } from './command-replies.ts';
import { createDialogRunner, type DialogRunner } from './dialog-runner.ts';
import { createFeedback, type FeedbackHandling } from './feedback.ts';
import { type MergingStorage, mergeOnConflict } from './merge-on-conflict.ts';
import { rememberConversation, rememberedConversations } from './person-record.ts';
import { createPersonalData, type DeleteHook } from './personal-data.ts';
import { readFeedback } from './read-feedback.ts';
import { saidText } from './said-text.ts';
import { saysCrisis } from './says-crisis.ts';
import type { SessionOnly } from './session-only.ts';
import { rememberAnswer, type TalkState, type TalkStateAccessor, talkOf } from './talk-state.ts';
import { texts } from './texts.ts';
import type { TokenBudget } from './token-budget.ts';
import { beginAnewWhereUnread, tryToRead, unread } from './try-to-read.ts';
import { deliveryOf } from './turn-delivery.ts';
import { conversationKeyOf, isForgotten, isGroup, isQuestionOf, userKeyOf } from './turn-keys.ts';

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
  /** What to learn for each role. */
  readonly roadmaps: Roadmaps;
  /** Practice for an interview. */
  readonly interview: InterviewPractice;
  /** Three or four questions to begin with. */
  readonly suggestStarters: () => readonly string[];
  /** Whether somebody says that they are in danger, in any words that the mentor's screening knows. */
  readonly isCrisis: (text: string) => boolean;
  /** Whether somebody says that they are too young to be asked about themselves. */
  readonly isUnderAge?: (text: string) => boolean;
  readonly articleCount: () => number;
  /** Where this server's own article pages can be opened, such as `https://mentor.example`; without it they have no links. */
  readonly publicUrl?: string;
  /** Shortens the older part of a long conversation; never rejects, and nobody waits for it. */
  readonly summarise?: (conversationKey: string, addedMessages: number) => Promise<void>;
  /** How confidential answers are, where the operator said so. */
  readonly sensitivity?: SensitivityLabel;
  /** What a person's answers may cost within a day; absent: as much as they like. */
  readonly tokenBudget?: TokenBudget;
  /** Forgets those of whom nothing may be kept beyond the session. */
  readonly sessionOnly?: SessionOnly;
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
  const memory = mergeOnConflict(beginAnewWhereUnread(storage, logger));
  const conversationState = new ConversationState(memory);
  const talkState: TalkStateAccessor = conversationState.createProperty<TalkState>('talk');
  const common = { ...dependencies, publicUrl, clock };
  const personalData = createPersonalData(common);
  const feedback = createFeedback({ conversations, talkState, clock, logger });
  const answer = createAsk({
    ...common,
    onAnswered: async (context, sentIds, answerId) => {
      const { activity } = context;
      const namesMessages = capabilitiesOf(context).feedback === 'feedback-loop';
      if (!namesMessages && !isGroup(activity)) return;
      const conversationKey = conversationKeyOf(activity);
      rememberAnswer(await talkOf(talkState, context), sentIds, { answerId, conversationKey });
    },
  });
  const ask: Ask = async (context, text, options) => {
    const given = await answer(context, text, options);
    if (given?.sessionOnly) (await talkOf(talkState, context)).isUnderAge = true;
    return given;
  };
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
    memory,
  });
  return {
    run: (context) => handler.run(context),
    async clearDialog(context) {
      await dialogs.clear(context);
      await conversationState.saveChanges(context);
    },
  };
}

interface HandlerOptions
  extends Pick<
    CareerMentorDependencies,
    'storage' | 'conversations' | 'profiles' | 'suggestStarters' | 'articleCount' | 'logger'
  > {
  readonly dialogs: DialogRunner;
  readonly feedback: FeedbackHandling;
  readonly talkState: TalkStateAccessor;
  readonly conversationState: ConversationState;
  readonly memory: Pick<MergingStorage, 'hasChanged'>;
}

/** Takes each kind of activity to the part that handles it, and saves the conversation's state once, when the turn ends. */
class CareerMentorActivityHandler extends ActivityHandler {
  readonly #options: HandlerOptions;

  constructor(options: HandlerOptions) {
    super();
    this.#options = options;
    this.onMembersAdded((context, next) => this.#onMembersAdded(context).then(next));
    this.onInstallationUpdateAdd((context, next) => this.#greetOnce(context, false).then(next));
    this.onMessage((context, next) => this.#onMessage(context).then(next));
    this.onMessageUpdate((context, next) => this.#onMessageUpdate(context).then(next));
    this.onEvent((context, next) => this.#onEvent(context).then(next));
  }

  override async run(context: TurnContext): Promise<void> {
    if (await this.#hasEnded(context)) return;
    await super.run(context);
    const { conversationState, logger } = this.#options;
    if (isForgotten(context)) await conversationState.delete(context);
    // Invokes run beside the conversation's turns and must not overwrite what these save.
    if (isForgotten(context) || context.activity.type === 'invoke') return;
    try {
      this.#markAsEnded(context);
      await conversationState.saveChanges(context);
    } catch (error) {
      // The person has been answered; an apology now would take that back.
      logger.error({ err: error }, 'the state of a conversation could not be kept');
    }
  }

  /** Whether an earlier run of the turn got as far as its state: run once more, it would take its words for the next answer. */
  async #hasEnded(context: TurnContext): Promise<boolean> {
    const delivery = deliveryOf(context);
    if (!delivery?.isRepeated) return false;
    return (await talkOf(this.#options.talkState, context)).lastTurn === delivery.turnId;
  }

  /** The mark and what the turn changed are kept in one step; where it changed nothing, it may run again. */
  #markAsEnded(context: TurnContext): void {
    const { conversationState, memory } = this.#options;
    const state: { talk?: TalkState } = conversationState.get(context) ?? {};
    const delivery = deliveryOf(context);
    if (delivery === undefined || !memory.hasChanged(state)) return;
    state.talk = { ...state.talk, lastTurn: delivery.turnId };
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
    const { profiles, logger } = this.#options;
    const userKey = `${context.activity.channelId}:${person.id}`;
    const profile = await tryToRead('profile', profiles.get(userKey), logger);
    await this.#greetOnce(context, profile !== undefined && profile !== unread);
  }

  async #onEvent(context: TurnContext): Promise<void> {
    const given = readFeedback(context.activity);
    if (given === undefined) return;
    const { dialogs, feedback } = this.#options;
    // A card can bring the reason at any time; a reason in words would be taken for the open dialog's answer.
    const hasCards = showsCards(capabilitiesOf(context));
    const mayAskReason = hasCards || !(await dialogs.isOpen(context));
    await feedback.onFeedback(context, given, { mayAskReason });
    await dialogs.repeatQuestion(context);
  }

  async #onMessage(context: TurnContext): Promise<void> {
    const { activity } = context;
    const talk = await talkOf(this.#options.talkState, context);
    await this.#remember(context, talk);
    // In a group each thread is a conversation, and who asks there wants the answer alone.
    if (talk.greeted !== true && !isGroup(activity)) await this.#meet(context, talk);

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

  /** Who corrects their newest question wants it answered; a change to anything older stays theirs. */
  async #onMessageUpdate(context: TurnContext): Promise<void> {
    const { activity } = context;
    const key = conversationKeyOf(activity);
    const { messages } = await this.#options.conversations.listMessages(key, { limit: 10 });
    const newest = messages.findLast(({ role }) => role === 'user');
    if (activity.id === undefined || newest === undefined) return;
    const isChanged = newest.content !== cleanText(saidText(activity));
    if (isQuestionOf(newest.messageId, activity.id) && isChanged) await this.#onMessage(context);
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

  /** Where every thread is a conversation people begin many; what the bot is, and what it offers, they hear in their first. */
  async #meet(context: TurnContext, talk: TalkState): Promise<void> {
    const { storage, logger } = this.#options;
    const { activity } = context;
    const reading = rememberedConversations(storage, userKeyOf(activity));
    const known = await tryToRead('person record', reading, logger);
    const hasMet = known !== unread && known.some((id) => id !== activity.conversation.id);
    if (!hasMet) return this.#greetOnce(context, false, { firstMessage: true });
    talk.greeted = true;
    talk.profileOffered = true;
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
    const { storage, logger } = this.#options;
    const remembering = rememberConversation(
      storage,
      userKeyOf(activity),
      activity.conversation.id,
    );
    // Where that fails, the next message tries again.
    const outcome = await tryToRead('person record', remembering, logger);
    if (outcome !== unread) talk.remembered = true;
  }
}

/** Files; not the copies of the text that Teams attaches to each message. */
function attachedFiles({ attachments = [] }: Activity): number {
  return attachments.filter(({ contentType }) => !contentType.startsWith('text/html')).length;
}

function replyToWordless({ value }: Activity, attached: number): string {
  if (attached > 0) return texts.attachmentOnly;
  return value === undefined || value === null ? texts.empty : texts.oldCard;
}
