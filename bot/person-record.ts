import type { Storage } from 'botbuilder';
import { MentorError } from '#errors.ts';

interface PersonRecord {
  readonly conversationIds: readonly string[];
  readonly eTag?: string;
}

/** How often a write that met another one is tried again. */
const attempts = 5;

/**
 * Notes that a person has state and a transcript in a conversation, so that deleting their data finds both even where they
 * never asked a question. Rejects when the storage fails.
 */
export async function rememberConversation(
  storage: Storage,
  userKey: string,
  conversationId: string,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const known = await readRecord(storage, userKey);
    if (known?.conversationIds.includes(conversationId)) return;
    const conversationIds = [...(known?.conversationIds ?? []), conversationId];
    try {
      await storage.write({ [keyOf(userKey)]: { ...known, conversationIds } });
      return;
    } catch (error) {
      // Two of the person's conversations wrote at once: the other's entry must not be lost.
      if (attempt >= attempts || error instanceof MentorError) throw error;
    }
  }
}

/** The ids, as the channel gave them, of the conversations that the person took part in. */
export async function rememberedConversations(
  storage: Storage,
  userKey: string,
): Promise<readonly string[]> {
  return (await readRecord(storage, userKey))?.conversationIds ?? [];
}

/** Removes what is remembered of the person. */
export async function forgetPerson(storage: Storage, userKey: string): Promise<void> {
  await storage.delete([keyOf(userKey)]);
}

function keyOf(userKey: string): string {
  return `people/${userKey}`;
}

async function readRecord(storage: Storage, userKey: string): Promise<PersonRecord | undefined> {
  const items = await storage.read([keyOf(userKey)]);
  return items[keyOf(userKey)] as PersonRecord | undefined;
}
