import { safeMarkdown } from '#bot/safe-markdown.ts';
import { MentorError } from '#errors.ts';
import type { ConversationStore, Message } from '#services/conversations/port.ts';
import { presentCitations } from './answer-message.ts';
import type { AnswerRuns } from './answer-runs.ts';
import { answerText } from './answer-text.ts';
import { readIdempotencyKey } from './messages.ts';
import { type Route, route } from './operation.ts';
import { operations } from './operations.ts';
import type { FeedbackReceipt, FeedbackRequest } from './schemas/feedback.ts';
import type { KeptMessage } from './schemas/history.ts';
import type { FoundSession, Sessions } from './sessions.ts';

export interface SessionRoutesOptions {
  readonly sessions: Sessions;
  readonly runs: AnswerRuns;
  readonly conversations: ConversationStore;
  readonly publicUrl: () => string;
  readonly now: () => Date;
}

/** Sessions, their messages, and what people think of them. */
export function sessionRoutes(options: SessionRoutesOptions): Route[] {
  const { sessions, runs, conversations } = options;
  return [
    route(operations.createSession, async (input) => {
      const context = input.body.userContext ?? {};
      const body = await sessions.create(input.caller, context, readIdempotencyKey(input));
      return { body, headers: { Location: `/api/v1/chat/session/${body.sessionId}` } };
    }),
    route(operations.getSession, async ({ caller, params }) => {
      const { conversation } = await sessions.find(caller, params.sessionId);
      return { body: sessions.describe(conversation) };
    }),
    route(operations.changeSession, async ({ caller, params, body }) => ({
      body: await sessions.change(caller, params.sessionId, body),
    })),
    route(operations.deleteSession, async ({ caller, params }) => {
      const { place } = await sessions.find(caller, params.sessionId);
      await runs.stopAll(({ conversationKey }) => conversationKey === place.conversationKey);
      await conversations.deleteConversation(place.conversationKey);
      return {};
    }),
    route(operations.getHistory, async ({ caller, params, query }) => {
      const { conversation, place } = await sessions.find(caller, params.sessionId);
      const { messages, olderCursor } = await conversations.listMessages(place.conversationKey, {
        limit: query.limit,
        ...(query.cursor === undefined ? {} : { before: fromCursor(query.cursor) }),
      });
      return {
        body: {
          sessionId: place.sessionId,
          messages: messages.map((message) => presentMessage(message, options.publicUrl())),
          nextCursor: olderCursor === undefined ? null : toCursor(olderCursor),
          totalMessages: conversation.totalMessages,
        },
      };
    }),
    route(operations.sendFeedback, async ({ caller, body }) => ({
      body: await keepFeedback(body, await sessions.find(caller, body.sessionId), options),
    })),
  ];
}

async function keepFeedback(
  { sessionId, messageId, reaction, reason, satisfactionScore }: FeedbackRequest,
  { place, context }: FoundSession,
  { conversations, sessions, now }: SessionRoutesOptions,
): Promise<FeedbackReceipt> {
  const recordedAt = now().toISOString();
  if (messageId !== undefined && reaction !== undefined) {
    const isKnown = await conversations.setFeedback(place.conversationKey, messageId, {
      reaction,
      at: recordedAt,
      ...(reason === undefined ? {} : { reason }),
    });
    if (!isKnown) throw new MentorError('not-found', 'feedback on a message that is not kept');
  }
  if (satisfactionScore !== undefined)
    await sessions.write(place, { userContext: context, satisfactionScore });
  return {
    sessionId,
    recordedAt,
    ...(messageId === undefined ? {} : { messageId }),
    ...(reaction === undefined ? {} : { reaction }),
    ...(satisfactionScore === undefined ? {} : { satisfactionScore }),
  };
}

/** A message as the API shows it. */
export function presentMessage(message: Message, publicUrl: string): KeptMessage {
  const {
    responseTimeMs,
    followUps,
    nextSteps,
    modelUsed,
    confidenceScore,
    state,
    notice,
    feedback,
  } = message;
  return {
    messageId: message.messageId,
    role: message.role,
    content: message.role === 'assistant' ? answerText(message.content, true) : message.content,
    timestamp: message.timestamp,
    tokensUsed: message.tokensUsed,
    citations: presentCitations(message.knowledgeSources, publicUrl),
    ...(responseTimeMs === undefined ? {} : { responseTime: responseTimeMs }),
    ...(followUps === undefined ? {} : { followUps: followUps.map(safeMarkdown) }),
    ...(nextSteps === undefined ? {} : { nextSteps: nextSteps.map(safeMarkdown) }),
    ...(modelUsed === undefined ? {} : { modelUsed }),
    ...(confidenceScore === undefined ? {} : { confidenceScore }),
    ...(state === undefined ? {} : { state }),
    ...(notice === undefined ? {} : { notice }),
    ...(feedback === undefined ? {} : { feedback }),
  };
}

/** The store's cursor, so wrapped that nobody counts with it. */
function toCursor(olderCursor: string): string {
  return Buffer.from(olderCursor).toString('base64url');
}

function fromCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}
