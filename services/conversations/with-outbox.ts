import { isAway, kept, type Outbox } from '#services/outbox/outbox.ts';
import { addTurn, beginConversation } from './add-turn.ts';
import type { Conversation, ConversationStore, Feedback, Message } from './port.ts';

type Write =
  | {
      readonly turn: Parameters<ConversationStore['appendTurn']>[0];
      readonly messages: Message[];
      /** When it was to be written. */
      readonly at: string;
    }
  | { readonly messageId: string; readonly feedback: Feedback };

/** What the port gives where no limit is said. */
const defaultPageSize = 50;

/**
 * Keeps turns and feedback that cannot be written while the store is away, and writes them in their order once it is back.
 * The newest page of a conversation holds what still waits. Reading while the store is away rejects, as without this, but
 * for a conversation of which something waits: it is as far known as that tells.
 * Feedback that has to wait counts as stored.
 */
export function withConversationOutbox(
  store: ConversationStore,
  outbox: Outbox,
  now: () => Date = () => new Date(),
): ConversationStore {
  const line = outbox.line<{ readonly conversationId: string; readonly write: Write }, boolean>({
    store: 'conversations',
    async perform({ conversationId, write }) {
      if ('feedback' in write)
        return await store.setFeedback(conversationId, write.messageId, write.feedback);
      await store.appendTurn(write.turn, write.messages);
      return true;
    },
  });
  return {
    ...store,
    async get(conversationId) {
      await line.catchUp(conversationId);
      try {
        return await store.get(conversationId);
      } catch (error) {
        const waiting = line.waiting(conversationId).map(({ write: { write } }) => write);
        const known = isAway(error) ? conversationOf(waiting) : undefined;
        if (known === undefined) throw error;
        return known;
      }
    },
    async appendTurn(turn, messages) {
      const write = { turn, messages: [...messages], at: now().toISOString() };
      await line.write(turn.id, { conversationId: turn.id, write }, turn.userId);
    },
    async listMessages(conversationId, page = {}) {
      await line.catchUp(conversationId);
      const late = line
        .waiting(conversationId)
        .flatMap(({ write: { write } }) => ('turn' in write ? write.messages : []));
      if (late.length === 0 || page.before !== undefined)
        return await store.listMessages(conversationId, page);
      const { limit = defaultPageSize } = page;
      const stored = await store.listMessages(conversationId, {
        limit: Math.max(1, limit - late.length),
      });
      // A first try whose answer was lost may have stored it.
      const isLate = new Set(late.map(({ messageId }) => messageId));
      const before = stored.messages.filter(({ messageId }) => !isLate.has(messageId));
      return { ...stored, messages: [...before, ...late] };
    },
    async setFeedback(conversationId, messageId, feedback) {
      const write = { messageId, feedback };
      const result = await line.write(conversationId, { conversationId, write });
      return result === kept ? true : result;
    },
    async deleteConversation(conversationId) {
      const isWaiting = line.waiting(conversationId).length > 0;
      await line.forget(conversationId);
      return (await store.deleteConversation(conversationId)) || isWaiting;
    },
    async deleteUser(userId) {
      await line.forgetPerson(userId);
      // Feedback waits without a name.
      if (outbox.waitingWrites() > 0)
        for (const { id } of await store.listConversations(userId)) await line.forget(id);
      return await store.deleteUser(userId);
    },
  };
}

/** A conversation by its writes that wait; what was stored of it before they cannot know. */
function conversationOf(writes: readonly Write[]): Conversation | undefined {
  let conversation: Conversation | undefined;
  for (const write of writes) {
    if (!('turn' in write)) continue;
    const { turn, messages, at } = write;
    const before = conversation ?? beginConversation(turn, messages[0]?.timestamp ?? at);
    conversation = addTurn(before, turn, messages, at);
  }
  return conversation;
}
