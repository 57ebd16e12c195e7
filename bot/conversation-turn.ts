import type { Logger } from 'pino';
import type { Answer, PastTurn, Question, UnreadPart } from '#mentor/answer.ts';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import type { ConversationStore, Message } from '#services/conversations/port.ts';
import type { Profile } from '#services/profiles/port.ts';
import { quietLine } from './answer-card-data.ts';
import { tryToRead, unread } from './try-to-read.ts';

/** Where a turn belongs in the stores, whichever way it came in. */
export interface TurnPlace {
  /** The conversation across all stores. */
  readonly conversationKey: string;
  /** The conversation as its channel names it. */
  readonly sessionId: string;
  /** The person across all stores. */
  readonly userKey: string;
  readonly channelId: string;
  /** The organisation as the channel names it, where it names one. */
  readonly tenantId?: string | undefined;
}

export interface TurnStores {
  readonly conversations: ConversationStore;
  /** Shortens the older part of a long conversation; never rejects, and nobody waits for it. */
  readonly summarise?: (conversationKey: string, addedMessages: number) => Promise<void>;
  /** Learns why a turn could not be stored; what it throws goes to whoever wanted the turn kept. */
  readonly onUnstored?: (error: unknown) => void;
  readonly logger: Pick<Logger, 'error'>;
}

/** How many messages of the conversation the mentor sees. */
const historyLength = 12;

/** A question with what was said before it in its conversation; where that cannot be read just now, the question says so. */
export async function readQuestion(
  { conversationKey }: Pick<TurnPlace, 'conversationKey'>,
  asked: {
    readonly text: string;
    readonly profile?: Profile | typeof unread | undefined;
    readonly locale?: string | undefined;
  },
  { conversations, logger }: Pick<TurnStores, 'conversations' | 'logger'>,
): Promise<Question> {
  const earlier = await tryToRead(
    'conversation',
    Promise.all([
      conversations.listMessages(conversationKey, { limit: historyLength }),
      conversations.get(conversationKey),
    ]),
    logger,
  );
  const [page, conversation] = earlier === unread ? [] : earlier;
  const summary = conversation?.conversationSummary;
  const { text, profile, locale } = asked;
  const missing: UnreadPart[] = [
    ...(earlier === unread ? (['conversation'] as const) : []),
    ...(profile === unread ? (['profile'] as const) : []),
  ];
  return {
    text,
    conversationId: conversationKey,
    history: page?.messages.map(toPastTurn) ?? [],
    ...(profile === undefined || profile === unread ? {} : { profile }),
    ...(summary === undefined ? {} : { conversationSummary: summary }),
    ...(locale === undefined ? {} : { locale }),
    ...(missing.length > 0 ? { unread: missing } : {}),
  };
}

function toPastTurn({ role, content, knowledgeSources, followUps }: Message): PastTurn {
  return {
    role,
    content,
    ...(knowledgeSources.length > 0
      ? { citedTitles: knowledgeSources.map(({ title }) => title), citations: knowledgeSources }
      : {}),
    ...(followUps === undefined ? {} : { followUps }),
  };
}

export interface AskedQuestion {
  readonly messageId: string;
  readonly text: string;
  readonly at: Date;
}

/** A question and its answer as they are kept; of what somebody in danger wrote, only that they did. */
export function messagesOf(
  conversationId: string,
  asked: AskedQuestion,
  answer: Answer,
  answeredAt: Date,
): [question: Message, answer: Message] {
  const text = answer.keepsNoWords === true ? fixedReplies.wordsNotKept : asked.text;
  return [
    questionOf(conversationId, { ...asked, text }),
    answerOf(conversationId, asked.at, answer, answeredAt),
  ];
}

/** A question as it is kept, answered or not: under the id its sender gave it, so that it is kept once. */
export function questionOf(conversationId: string, asked: AskedQuestion): Message {
  return {
    messageId: asked.messageId,
    conversationId,
    role: 'user',
    content: asked.text,
    timestamp: asked.at.toISOString(),
    tokensUsed: 0,
    knowledgeSources: [],
  };
}

function answerOf(
  conversationId: string,
  askedAt: Date,
  answer: Answer,
  answeredAt: Date,
): Message {
  const notice = quietLine(answer);
  return {
    messageId: answer.messageId,
    conversationId,
    role: 'assistant',
    content: answer.text,
    timestamp: answeredAt.toISOString(),
    tokensUsed: answer.tokens.prompt + answer.tokens.answer,
    responseTimeMs: answeredAt.getTime() - askedAt.getTime(),
    knowledgeSources: answer.citations.map(
      ({ citedSentences: _sentences, sources: _sources, pastReview: _review, ...stored }) => stored,
    ),
    followUps: answer.followUps,
    nextSteps: answer.nextSteps,
    modelUsed: answer.model,
    confidenceScore: answer.confidence,
    state: answer.state,
    ...(notice === '' ? {} : { notice }),
  };
}

/** The part of a profile that a conversation remembers: who it was given for. */
export function userContextOf(
  profile: Profile | typeof unread | undefined,
): Readonly<Record<string, unknown>> {
  const { background, experienceLevel, careerGoals, specificInterests }: Partial<Profile> =
    profile === undefined || profile === unread ? {} : profile;
  const userContext = { background, experienceLevel, careerGoals, specificInterests };
  return Object.fromEntries(Object.entries(userContext).filter(([, value]) => value !== undefined));
}

/** Keeps a turn. The person has the answer, or the apology, already: a store that fails now is for the log, not for them. */
export async function keepTurn(
  place: TurnPlace,
  turn: {
    readonly userContext: Readonly<Record<string, unknown>>;
    readonly messages: readonly Message[];
  },
  { conversations, logger, summarise, onUnstored }: TurnStores,
): Promise<void> {
  const { conversationKey, sessionId, userKey, channelId } = place;
  try {
    await conversations.appendTurn(
      {
        id: conversationKey,
        sessionId,
        userId: userKey,
        channel: channelId,
        userContext: turn.userContext,
      },
      turn.messages,
    );
    void summarise?.(conversationKey, turn.messages.length);
  } catch (error) {
    logger.error({ err: error }, 'a turn could not be kept');
    onUnstored?.(error);
  }
}
