import type { TurnContext } from 'botbuilder';
import type { Logger } from 'pino';
import type { CardSubmit } from '#cards/card-data.ts';
import type { ConversationStore } from '#services/conversations/port.ts';
import { capabilitiesOf, showsCards } from './capabilities.ts';
import { buttonMessage, cardMessage } from './card-message.ts';
import { bareWords, shorten } from './normalise-text.ts';
import type { GivenFeedback } from './read-feedback.ts';
import { type TalkState, type TalkStateAccessor, talkOf } from './talk-state.ts';
import { texts } from './texts.ts';
import { conversationKeyOf } from './turn-keys.ts';

export interface FeedbackDependencies {
  readonly conversations: ConversationStore;
  readonly talkState: TalkStateAccessor;
  readonly clock: () => Date;
  readonly logger: Pick<Logger, 'warn'>;
}

export interface FeedbackHandling {
  /** Stores thumbs, says thank you in one line and after a thumbs down asks once for the reason. */
  onFeedback(
    context: TurnContext,
    feedback: GivenFeedback,
    options?: { readonly mayAskReason?: boolean },
  ): Promise<void>;
  /** Stores the reason that a card brought. */
  onReason(
    context: TurnContext,
    reason: Extract<CardSubmit, { command: 'feedback-reason' }>,
  ): Promise<void>;
  /** Takes a message as the reason that was asked for, where it can be one; resolves to whether it was. */
  takeReason(context: TurnContext, text: string): Promise<boolean>;
}

const longestReason = 1_000;

/** Handles thumbs and their reasons, for whichever channel they came from. */
export function createFeedback(dependencies: FeedbackDependencies): FeedbackHandling {
  const { conversations, talkState, clock, logger } = dependencies;

  const store = async (
    context: TurnContext,
    answerId: string | undefined,
    feedback: { reaction: 'like' | 'dislike'; reason?: string },
  ): Promise<boolean> => {
    const at = clock().toISOString();
    const { answersBySentId = [] } = await talkOf(talkState, context);
    // In a group the one who rates may not be the one who asked.
    const kept = answersBySentId.find(([, id]) => id === answerId)?.[2];
    const conversationKey = kept ?? conversationKeyOf(context.activity);
    const known =
      answerId !== undefined &&
      (await conversations.setFeedback(conversationKey, answerId, { ...feedback, at }));
    if (!known) logger.warn({ answerId }, 'feedback on an answer that is not kept');
    return known;
  };

  return {
    async onFeedback(context, { reaction, answerId, words }, { mayAskReason = true } = {}) {
      const talk = await talkOf(talkState, context);
      const sentId = context.activity.replyToId;
      const id = answerId ?? findAnswer(talk.answersBySentId, sentId);
      const stored = await store(context, id, {
        reaction,
        ...(words === undefined ? {} : { reason: shorten(words, longestReason) }),
      });
      // An invoke is answered in its response; the channel says thank you itself.
      if (context.activity.type === 'invoke') return;
      if (!stored || id === undefined) {
        await context.sendActivity(texts.feedbackUnknown);
        return;
      }
      const asks = reaction === 'dislike' && mayAskReason && talk.askedReasonFor !== id;
      if (!asks) {
        await context.sendActivity(texts.feedbackThanks);
        return;
      }
      talk.askedReasonFor = id;
      talk.awaitingReasonFor = id;
      await context.sendActivity(await reasonQuestion(context, id));
    },
    async onReason(context, { answerId, reason, words }) {
      const talk = await talkOf(talkState, context);
      if (talk.awaitingReasonFor === answerId) delete talk.awaitingReasonFor;
      const said = [reason, words?.trim()].filter(Boolean).join(': ');
      const stored = await store(context, answerId, {
        reaction: 'dislike',
        ...(said === '' ? {} : { reason: shorten(said, longestReason) }),
      });
      await context.sendActivity(stored ? texts.feedbackReasonThanks : texts.feedbackUnknown);
    },
    async takeReason(context, text) {
      const talk = await talkOf(talkState, context);
      const answerId = talk.awaitingReasonFor;
      if (answerId === undefined) return false;
      // Asked once: whatever comes now, the next message is not taken for a reason any more.
      delete talk.awaitingReasonFor;
      const reason = matchReason(text);
      if (reason === undefined) return false;
      const stored = await store(context, answerId, { reaction: 'dislike', reason });
      await context.sendActivity(stored ? texts.feedbackReasonThanks : texts.feedbackUnknown);
      return true;
    },
  };
}

async function reasonQuestion(context: TurnContext, answerId: string) {
  if (!showsCards(capabilitiesOf(context)))
    return buttonMessage(context, texts.feedbackReasonQuestion, texts.feedbackReasons);
  return cardMessage(context, 'feedback-reason', {
    question: texts.feedbackReasonQuestion,
    answerId,
    reasons: texts.feedbackReasons.map((text) => ({ text })),
  });
}

/** Thumbs that name neither answer nor message, as some clients send them, are about the newest answer. */
function findAnswer(
  answersBySentId: TalkState['answersBySentId'] = [],
  sentId: string | undefined,
): string | undefined {
  const named =
    sentId === undefined
      ? answersBySentId.at(-1)
      : answersBySentId.find(([known]) => known === sentId);
  return named?.[1];
}

/** One of the offered reasons, or their own words where these speak about the answer rather than ask for something new. */
function matchReason(text: string): string | undefined {
  const words = bareWords(text);
  const offered = texts.feedbackReasons.find((reason) => bareWords(reason) === words);
  if (offered !== undefined) return offered;
  const isAboutAnswer =
    /\b(it|that|this|answer|source|sources|link|too|wrong|incorrect|outdated|old|unclear|vague|generic|missing|useless|boring|not (what|helpful|true|right))\b/.test(
      words,
    );
  return isAboutAnswer && !text.includes('?') ? shorten(text, longestReason) : undefined;
}
