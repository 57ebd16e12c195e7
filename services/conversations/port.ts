/** How an answer rests on its sources. */
export const answerStates = [
  'grounded',
  'partly-grounded',
  'no-evidence',
  'declined',
  'degraded',
] as const;

export type AnswerState = (typeof answerStates)[number];

export interface Feedback {
  readonly reaction: 'like' | 'dislike';
  readonly reason?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** A source an answer rests on, as it was when the answer was given. */
export interface StoredCitation {
  readonly number: number;
  readonly documentId: string;
  readonly title: string;
  readonly documentType: string;
  readonly sourceUrl: string;
  readonly section: string;
  readonly passage: string;
  readonly date: string;
  readonly score: number;
}

export interface Message {
  readonly messageId: string;
  readonly conversationId: string;
  readonly role: 'user' | 'assistant';
  readonly content: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly tokensUsed: number;
  readonly responseTimeMs?: number;
  readonly knowledgeSources: readonly StoredCitation[];
  /** What the person could ask next, as it was offered. */
  readonly followUps?: readonly string[];
  /** What they were told to do next. */
  readonly nextSteps?: readonly string[];
  readonly modelUsed?: string;
  readonly temperature?: number;
  readonly confidenceScore?: number;
  readonly state?: AnswerState;
  /** What the person was told beside the answer: how it was written, and what was out of order. */
  readonly notice?: string;
  readonly feedback?: Feedback;
}

export interface Conversation {
  readonly id: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly channel: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** What was known of the person when the conversation last went on. */
  readonly userContext: Readonly<Record<string, unknown>>;
  /** The older turns in a few sentences; the newest stay verbatim in the messages. */
  readonly conversationSummary?: string;
  readonly totalMessages: number;
  readonly totalTokensUsed: number;
  readonly engagementMetrics: {
    readonly questions: number;
    readonly likes: number;
    readonly dislikes: number;
  };
  /** 1 to 5, as the person last gave it. */
  readonly satisfactionScore?: number;
}

export interface MessagePage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** Give it back as `before` to read the page of older messages; absent on the oldest page. */
  readonly olderCursor?: string;
}

/**
 * Conversations and their messages. A turn (its messages and the conversation's counters) is written in one atomic
 * step. Messages come back in the order they were written.
 */
export interface ConversationStore {
  get(conversationId: string): Promise<Conversation | undefined>;
  /**
   * Adds messages and updates the counters (`totalMessages`, `totalTokensUsed`, `engagementMetrics.questions`,
   * `updatedAt`) in one step; creates the conversation where it is new, and without messages only changes what is said of
   * it. A message id that is stored already changes nothing.
   * Rejects with `not-allowed` where the conversation belongs to another person.
   */
  appendTurn(
    conversation: Pick<Conversation, 'id' | 'sessionId' | 'userId' | 'channel' | 'userContext'> & {
      readonly conversationSummary?: string;
      readonly satisfactionScore?: number;
    },
    messages: readonly Message[],
  ): Promise<void>;
  /** The newest messages, or those before the cursor, oldest first; 50 where no limit is given. */
  listMessages(
    conversationId: string,
    page?: { readonly limit?: number; readonly before?: string },
  ): Promise<MessagePage>;
  /** The person's conversations, the one that went on last first. */
  listConversations(userId: string): Promise<Conversation[]>;
  /** Stores feedback on a message and counts it; the last one given holds. Resolves to false where the message is unknown. */
  setFeedback(conversationId: string, messageId: string, feedback: Feedback): Promise<boolean>;
  /** Removes one conversation with its messages; resolves to whether it was there. */
  deleteConversation(conversationId: string): Promise<boolean>;
  /** Removes every conversation and message of the person; resolves to how many there were. */
  deleteUser(userId: string): Promise<{ conversations: number; messages: number }>;
}
