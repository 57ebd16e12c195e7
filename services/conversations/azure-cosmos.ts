import { MentorError } from '#errors.ts';
import {
  type BatchStep,
  type CosmosContainer,
  maxBatchSteps,
  type Stored,
} from '#services/azure/cosmos-container.ts';
import type { CosmosDatabase } from '#services/azure/cosmos-database.ts';
import { deletePartition, deleteUserPartitions } from '#services/azure/delete-partition.ts';
import { escapeKey } from '#services/azure/escape-key.ts';
import { oneAtATime } from '#services/azure/one-at-a-time.ts';
import { conflict, retryOnConflict } from '#services/azure/retry-on-conflict.ts';
import { secondsToLive } from '#services/azure/seconds-to-live.ts';
import { cosmosService } from '#services/azure/service-settings.ts';
import { readValue, type StoredValue, storeValue } from '#services/azure/stored-value.ts';
import { addTurn, beginConversation } from './add-turn.ts';
import type { Conversation, ConversationStore, Feedback, Message, MessagePage } from './port.ts';
import { countReaction } from './turn-counters.ts';

export interface CosmosConversationOptions {
  /** How long a message is kept after it was last changed, and a conversation after it last went on; for good where absent. */
  readonly retentionDays?: number;
  readonly now?: () => Date;
}

/** A conversation's partition holds this item, with the counters, and one for each message. */
type ConversationItem = StoredValue<Conversation> & {
  readonly id: typeof conversationItemId;
  readonly conversationId: string;
  readonly userId: string;
  /** The highest number given to a message. */
  readonly lastSequence: number;
  readonly ttl?: number;
};

type MessageItem = StoredValue<Message> & {
  readonly id: string;
  readonly conversationId: string;
  /** Messages come back in the order of these. */
  readonly sequence: number;
  readonly ttl?: number;
};

type Turn = Parameters<ConversationStore['appendTurn']>[0];

interface Context {
  readonly container: CosmosContainer;
  readonly ttl: { readonly ttl?: number };
  readonly now: () => Date;
}

const conversationItemId = 'conversation';
const messageItemId = (messageId: string) => `message:${escapeKey(messageId)}`;
/** How a conversation's partition is found and what leads it. */
const place = { headId: conversationItemId, partitionKey: 'conversationId' } as const;
const defaultPageSize = 50;

/**
 * Keeps conversations in the container `conversations` of a Cosmos DB database, one partition a conversation. A turn is one
 * batch: its messages and the conversation under the eTag that was read, so that of two writers the second counts on what
 * the first wrote. A turn of more than 99 messages rejects with `request-invalid`, for a batch cannot hold more.
 */
export function createCosmosConversationStore(
  database: CosmosDatabase,
  { retentionDays, now = () => new Date() }: CosmosConversationOptions = {},
): ConversationStore {
  const container = database.container({
    id: 'conversations',
    partitionKeyPath: '/conversationId',
    indexedPaths: ['/conversationId', '/userId', '/sequence'],
    expires: true,
  });
  const context: Context = { container, ttl: secondsToLive(retentionDays), now };
  const inOrder = oneAtATime();

  return {
    async get(conversationId) {
      const item = await container.read<ConversationItem>(conversationItemId, conversationId);
      return item && readValue(item);
    },
    appendTurn: (turn, messages) => inOrder(turn.id, () => appendTurn(context, turn, messages)),
    listMessages: (conversationId, { limit = defaultPageSize, before } = {}) =>
      listMessages(container, conversationId, limit, before),
    async listConversations(userId) {
      const items = await container.query<ConversationItem>({
        query: 'SELECT * FROM c WHERE c.id = @id AND c.userId = @userId',
        parameters: [
          { name: '@id', value: conversationItemId },
          { name: '@userId', value: userId },
        ],
      });
      return items
        .map((item) => readValue(item))
        .toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
    },
    setFeedback: (conversationId, messageId, feedback) =>
      inOrder(conversationId, () => setFeedback(context, conversationId, messageId, feedback)),
    async deleteConversation(conversationId) {
      const item = await container.read<ConversationItem>(conversationItemId, conversationId);
      if (!item) return false;
      const { userId } = item;
      const { heads } = await deletePartition(container, conversationId, { ...place, userId });
      return heads > 0;
    },
    async deleteUser(userId) {
      const { partitions, items } = await deleteUserPartitions(container, { ...place, userId });
      return { conversations: partitions, messages: items };
    },
  };
}

async function appendTurn(
  context: Context,
  turn: Turn,
  messages: readonly Message[],
): Promise<void> {
  const { container } = context;
  if (messages.length >= maxBatchSteps)
    throw new MentorError(
      'request-invalid',
      `A turn holds at most ${maxBatchSteps - 1} messages, not ${messages.length}.`,
    );
  const byItemId = new Map<string, Message>();
  for (const message of messages) {
    const itemId = messageItemId(message.messageId);
    if (!byItemId.has(itemId)) byItemId.set(itemId, message);
  }
  // That some of the messages are stored already is rare, so it is asked for only once a batch has met it.
  let known: ReadonlySet<string> = new Set();
  await retryOnConflict(cosmosService, 'writing a turn', async () => {
    const stored = await container.read<ConversationItem>(conversationItemId, turn.id);
    if (!stored) known = new Set();
    else if (stored.userId !== turn.userId)
      throw new MentorError('not-allowed', 'This conversation belongs to another person.', {
        details: { conversationId: turn.id },
      });
    const added = [...byItemId].filter(([itemId]) => !known.has(itemId));
    // A turn that was delivered again in full must not touch the conversation either.
    if (messages.length > 0 && added.length === 0) return;
    const outcome = await container.batch(
      turn.id,
      toSteps(context, { turn, messages, stored, added }),
    );
    if (outcome === 'done') return;
    if (outcome === 'taken') known = await findKnown(container, turn.id, [...byItemId.keys()]);
    return conflict;
  });
}

function toSteps(
  { ttl, now }: Context,
  change: {
    readonly turn: Turn;
    readonly messages: readonly Message[];
    readonly stored: Stored<ConversationItem> | undefined;
    readonly added: readonly (readonly [string, Message])[];
  },
): BatchStep[] {
  const { turn, messages, stored, added } = change;
  const nowText = now().toISOString();
  const before = stored
    ? readValue<Conversation>(stored)
    : beginConversation(turn, messages[0]?.timestamp ?? nowText);
  const addedMessages = added.map(([, message]) => message);
  const firstSequence = (stored?.lastSequence ?? 0) + 1;
  const item: ConversationItem = {
    id: conversationItemId,
    conversationId: turn.id,
    userId: turn.userId,
    lastSequence: firstSequence + added.length - 1,
    ...storeValue(addTurn(before, turn, addedMessages, nowText)),
    ...ttl,
  };
  return [
    stored ? { replace: item, ifMatch: stored._etag } : { create: item },
    ...added.map(([id, message], index) => ({
      create: {
        id,
        conversationId: turn.id,
        sequence: firstSequence + index,
        ...storeValue(message),
        ...ttl,
      },
    })),
  ];
}

async function findKnown(
  container: CosmosContainer,
  conversationId: string,
  itemIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await container.query<string>(
    {
      query:
        'SELECT VALUE c.id FROM c WHERE c.conversationId = @conversationId AND ARRAY_CONTAINS(@ids, c.id)',
      parameters: [
        { name: '@conversationId', value: conversationId },
        { name: '@ids', value: [...itemIds] },
      ],
    },
    conversationId,
  );
  return new Set(found);
}

async function listMessages(
  container: CosmosContainer,
  conversationId: string,
  limit: number,
  before: string | undefined,
): Promise<MessagePage> {
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new MentorError('request-invalid', `A page needs a limit of 1 or more, not ${limit}.`);
  // One more than a page shows whether there are older messages. TOP takes no parameter everywhere; the limit is a number.
  const items = await container.query<MessageItem>(
    {
      query: `SELECT TOP ${limit + 1} * FROM c WHERE c.conversationId = @conversationId AND c.sequence < @before ORDER BY c.sequence DESC`,
      parameters: [
        { name: '@conversationId', value: conversationId },
        { name: '@before', value: readCursor(before) },
      ],
    },
    conversationId,
  );
  const page = items.slice(0, limit);
  const oldest = page.at(-1);
  return {
    messages: page.map((item) => readValue<Message>(item)).toReversed(),
    ...(oldest && items.length > limit && { olderCursor: String(oldest.sequence) }),
  };
}

function readCursor(before: string | undefined): number {
  if (before === undefined) return Number.MAX_SAFE_INTEGER;
  if (!/^\d{1,15}$/.test(before))
    throw new MentorError('request-invalid', 'The cursor is not one of a page of messages.');
  return Number(before);
}

async function setFeedback(
  { container, ttl }: Context,
  conversationId: string,
  messageId: string,
  feedback: Feedback,
): Promise<boolean> {
  const itemId = messageItemId(messageId);
  return await retryOnConflict(cosmosService, 'storing feedback', async () => {
    const [conversation, message] = await Promise.all([
      container.read<ConversationItem>(conversationItemId, conversationId),
      container.read<MessageItem>(itemId, conversationId),
    ]);
    if (!(conversation && message)) return false;
    const outcome = await container.batch(conversationId, [
      { replace: withReaction(conversation, message, feedback, ttl), ifMatch: conversation._etag },
      {
        replace: {
          id: message.id,
          conversationId,
          sequence: message.sequence,
          ...storeValue({ ...readValue<Message>(message), feedback }),
          ...ttl,
        },
        ifMatch: message._etag,
      },
    ]);
    return outcome === 'done' ? true : conflict;
  });
}

function withReaction(
  item: ConversationItem,
  messageItem: MessageItem,
  feedback: Feedback,
  ttl: { readonly ttl?: number },
): ConversationItem {
  const conversation = readValue<Conversation>(item);
  const before = countReaction(readValue<Message>(messageItem).feedback);
  const after = countReaction(feedback);
  const { questions, likes, dislikes } = conversation.engagementMetrics;
  return {
    id: conversationItemId,
    conversationId: item.conversationId,
    userId: item.userId,
    lastSequence: item.lastSequence,
    ...storeValue({
      ...conversation,
      engagementMetrics: {
        questions,
        likes: likes + after.likes - before.likes,
        dislikes: dislikes + after.dislikes - before.dislikes,
      },
    }),
    ...ttl,
  };
}
