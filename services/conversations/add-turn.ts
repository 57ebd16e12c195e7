import type { Conversation, ConversationStore, Message } from './port.ts';
import { countMessages, newestTimestamp } from './turn-counters.ts';

type Turn = Parameters<ConversationStore['appendTurn']>[0];

/** A conversation before its first turn. */
export function beginConversation(turn: Turn, startedAt: string): Conversation {
  const { id, sessionId, userId, channel, userContext } = turn;
  return {
    id,
    sessionId,
    userId,
    channel,
    createdAt: startedAt,
    updatedAt: startedAt,
    userContext,
    totalMessages: 0,
    totalTokensUsed: 0,
    engagementMetrics: { questions: 0, likes: 0, dislikes: 0 },
  };
}

/** The conversation after a turn, whose messages are all new to it. */
export function addTurn(
  conversation: Conversation,
  turn: Turn,
  added: readonly Message[],
  now: string,
): Conversation {
  const counts = countMessages(added);
  const { questions, likes, dislikes } = conversation.engagementMetrics;
  return {
    ...conversation,
    updatedAt: laterOf(conversation.updatedAt, newestTimestamp(added) ?? now),
    userContext: turn.userContext,
    ...(turn.conversationSummary !== undefined && {
      conversationSummary: turn.conversationSummary,
    }),
    ...(turn.satisfactionScore !== undefined && { satisfactionScore: turn.satisfactionScore }),
    totalMessages: conversation.totalMessages + counts.messages,
    totalTokensUsed: conversation.totalTokensUsed + counts.tokens,
    engagementMetrics: {
      questions: questions + counts.questions,
      likes: likes + counts.likes,
      dislikes: dislikes + counts.dislikes,
    },
  };
}

function laterOf(one: string, other: string): string {
  if (one > other) return one;
  return other;
}
