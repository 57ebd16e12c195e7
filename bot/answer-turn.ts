import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type TurnContext } from 'botbuilder';
import type { Logger } from 'pino';
import type { MentorError } from '#errors.ts';
import type { Answer, AnswerQuestion, PastTurn, Question } from '#mentor/answer.ts';
import type { ConversationStore, Message } from '#services/conversations/port.ts';
import type { Profile, ProfileStore } from '#services/profiles/port.ts';
import { answerMessage, presentText } from './answer-message.ts';
import { capabilitiesOf } from './capabilities.ts';
import { type ReplyOutcome, replyWithStream } from './reply-stream.ts';
import { settledPart } from './safe-markdown.ts';
import { suggestedActions } from './suggested-actions.ts';
import { stageText, texts } from './texts.ts';
import { conversationKeyOf, isGroup, turnSignalOf, userKeyOf } from './turn-keys.ts';

export interface AnswerTurnDependencies {
  readonly answerQuestion: AnswerQuestion;
  readonly conversations: ConversationStore;
  readonly profiles: ProfileStore;
  readonly articleCount: () => number;
  readonly publicUrl: string | undefined;
  readonly clock: () => Date;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
  readonly streamIntervalMs?: number;
  /** Shortens the older part of a long conversation; never rejects, and nobody waits for it. */
  readonly summarise?: (conversationKey: string, addedMessages: number) => Promise<void>;
  /** Learns under which id the channel knows the message that holds an answer. */
  readonly onAnswered?: (context: TurnContext, sentId: string, answerId: string) => Promise<void>;
}

export interface AskOptions {
  /** Whether follow-ups may stand beside the message; not where other buttons come right after. */
  readonly suggestFollowUps?: boolean;
}

/** Puts one question to the mentor, shows the answer and keeps both; resolves to the answer, or to nothing where it failed. */
export type Ask = (
  context: TurnContext,
  text: string,
  options?: AskOptions,
) => Promise<Answer | undefined>;

/** How many messages of the conversation the mentor sees. */
const historyLength = 12;

export function createAsk(dependencies: AnswerTurnDependencies): Ask {
  const { answerQuestion, profiles, clock, logger } = dependencies;
  return async (context, text, { suggestFollowUps = true } = {}) => {
    const { activity } = context;
    const startedAt = clock();
    const signal = turnSignalOf(context);
    // In a group nobody's profile shapes an answer that all can read.
    const profile = isGroup(activity) ? undefined : await profiles.get(userKeyOf(activity));
    const question = await readQuestion(context, text, profile, dependencies);
    const outcome = await reply(context, answerQuestion(question, signal ? { signal } : {}), {
      question: text,
      suggestFollowUps,
      dependencies,
    });
    if ('error' in outcome) {
      const { code, details, row } = outcome.error;
      // A question that is too long is nothing to wake anybody for.
      if (row.httpStatus >= 500)
        logger.error({ err: outcome.error, code, details }, 'a question could not be answered');
      return undefined;
    }
    const messages = messagesOf(context, text, outcome.answer, { startedAt, now: clock() });
    await keep(activity, profile, messages, dependencies);
    if (outcome.activityId !== undefined)
      await dependencies.onAnswered?.(context, outcome.activityId, outcome.answer.messageId);
    return outcome.answer;
  };
}

async function readQuestion(
  { activity }: TurnContext,
  text: string,
  profile: Profile | undefined,
  { conversations }: AnswerTurnDependencies,
): Promise<Question> {
  const conversationId = conversationKeyOf(activity);
  const [page, conversation] = await Promise.all([
    conversations.listMessages(conversationId, { limit: historyLength }),
    conversations.get(conversationId),
  ]);
  const summary = conversation?.conversationSummary;
  return {
    text,
    conversationId,
    history: page.messages.map(toPastTurn),
    ...(profile === undefined ? {} : { profile }),
    ...(summary === undefined ? {} : { conversationSummary: summary }),
    ...(activity.locale === undefined ? {} : { locale: activity.locale }),
  };
}

function toPastTurn({ role, content, knowledgeSources, followUps }: Message): PastTurn {
  return {
    role,
    content,
    ...(knowledgeSources.length > 0
      ? { citedTitles: knowledgeSources.map(({ title }) => title) }
      : {}),
    ...(followUps === undefined ? {} : { followUps }),
  };
}

interface ReplyInput {
  readonly question: string;
  readonly suggestFollowUps: boolean;
  readonly dependencies: AnswerTurnDependencies;
}

function reply(
  context: TurnContext,
  events: ReturnType<AnswerQuestion>,
  { question, suggestFollowUps, dependencies }: ReplyInput,
): Promise<ReplyOutcome> {
  const capabilities = capabilitiesOf(context);
  const { articleCount, publicUrl, streamIntervalMs } = dependencies;
  return replyWithStream(context, events, {
    streaming: capabilities.streaming && !isGroup(context.activity),
    stageText: (stage) => stageText(stage, articleCount()),
    visibleText: (text) => presentText(settledPart(text), capabilities),
    finalMessage: (answer) => answerMessage(answer, { capabilities, publicUrl, suggestFollowUps }),
    failureMessage: (error, shownText) =>
      failureMessage(error, shownText, capabilities.suggestedActions ? question : undefined),
    signal: turnSignalOf(context),
    ...(streamIntervalMs === undefined ? {} : { minIntervalMs: streamIntervalMs }),
  });
}

/** What was shown stays, since a channel may only let a message grow; the sentence says how it ended. */
function failureMessage(
  error: MentorError,
  shownText: string,
  question: string | undefined,
): Partial<Activity> {
  const { userText, retryable } = error.row;
  return {
    type: ActivityTypes.Message,
    text: shownText === '' ? userText : `${shownText} …\n\n${userText}`,
    ...(retryable && question !== undefined
      ? { suggestedActions: suggestedActions([question], texts.tryAgain) }
      : {}),
  };
}

function messagesOf(
  { activity }: TurnContext,
  text: string,
  answer: Answer,
  { startedAt, now }: { startedAt: Date; now: Date },
): Message[] {
  const conversationId = conversationKeyOf(activity);
  return [
    {
      // The channel's id, so that a turn that is run again keeps the question once.
      messageId: activity.id ?? randomUUID(),
      conversationId,
      role: 'user',
      content: text,
      timestamp: startedAt.toISOString(),
      tokensUsed: 0,
      knowledgeSources: [],
    },
    {
      messageId: answer.messageId,
      conversationId,
      role: 'assistant',
      content: answer.text,
      timestamp: now.toISOString(),
      tokensUsed: answer.tokens.prompt + answer.tokens.answer,
      responseTimeMs: now.getTime() - startedAt.getTime(),
      knowledgeSources: answer.citations.map(
        ({ citedSentences: _sentences, sources: _sources, pastReview: _review, ...stored }) =>
          stored,
      ),
      followUps: answer.followUps,
      modelUsed: answer.model,
      confidenceScore: answer.confidence,
      state: answer.state,
    },
  ];
}

/** The person has the answer already: a store that fails now is for the log, not for them. */
async function keep(
  activity: Activity,
  profile: Profile | undefined,
  messages: readonly Message[],
  { conversations, logger, summarise }: AnswerTurnDependencies,
): Promise<void> {
  const { background, experienceLevel, careerGoals, specificInterests } = profile ?? {};
  const userContext = { background, experienceLevel, careerGoals, specificInterests };
  try {
    await conversations.appendTurn(
      {
        id: conversationKeyOf(activity),
        sessionId: activity.conversation.id,
        userId: userKeyOf(activity),
        channel: activity.channelId,
        userContext: Object.fromEntries(
          Object.entries(userContext).filter(([, value]) => value !== undefined),
        ),
      },
      messages,
    );
    void summarise?.(conversationKeyOf(activity), messages.length);
  } catch (error) {
    logger.error({ err: error }, 'a turn was answered and could not be kept');
  }
}
