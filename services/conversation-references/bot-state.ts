import type { BotStateStorage } from '#services/bot-state/port.ts';
import type { ConversationAddress, ConversationReferenceStore } from './port.ts';

/** Keeps addresses in the bot's own state storage, whichever that is: SQLite or Azure Blob Storage. */
export function createConversationReferences(storage: BotStateStorage): ConversationReferenceStore {
  return {
    async get(userKey) {
      const items = await storage.read([keyOf(userKey)]);
      return (items[keyOf(userKey)] as { address: ConversationAddress } | undefined)?.address;
    },
    async put(userKey, address) {
      await storage.write({ [keyOf(userKey)]: { address, eTag: '*' } });
    },
    async delete(userKey) {
      await storage.delete([keyOf(userKey)]);
    },
  };
}

function keyOf(userKey: string): string {
  return `references/${userKey}`;
}
