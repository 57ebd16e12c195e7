import type { Guard } from '#services/resilience/guard.ts';
import { guardPort } from '#services/resilience/guard-port.ts';
import type { ConversationStore } from './port.ts';

/** Guards a conversation store. All may be repeated: a message is stored once by its id, and of feedback the last one holds. */
export function withConversationResilience(
  store: ConversationStore,
  guard: Guard,
): ConversationStore {
  return guardPort(store, guard, {
    get: { repeat: true },
    appendTurn: { repeat: true },
    listMessages: { repeat: true },
    listConversations: { repeat: true },
    setFeedback: { repeat: true },
    deleteConversation: { repeat: true, timeoutMs: 60_000 },
    deleteUser: { repeat: true, timeoutMs: 60_000 },
  });
}
