import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type {
  ConversationAddress,
  ConversationReferenceStore,
} from '#services/conversation-references/port.ts';
import { awkwardTexts } from './awkward-text.ts';

/** Where somebody in Teams can be written to. */
export function makeAddress(userId: string): ConversationAddress {
  return {
    channelId: 'msteams',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    conversation: { id: `a:${userId}`, conversationType: 'personal', tenantId: 'tenant' },
    user: { id: userId, aadObjectId: 'object' },
    bot: { id: '28:bot', name: 'Career Mentor' },
    locale: 'de-CH',
  };
}

/** What every ConversationReferenceStore promises; `open` gives an empty one. */
export function describeConversationReferenceStore(
  name: string,
  open: () => Promise<{ store: ConversationReferenceStore; close(): Promise<void> }>,
): void {
  describe(`ConversationReferenceStore: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: ConversationReferenceStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    it('knows nobody at first', async () => {
      assert.equal(await store.get('msteams:nobody'), undefined);
    });

    it('gives each address back as it was put, the last one of each person', async () => {
      await store.put('msteams:ada', makeAddress('old'));
      await store.put('msteams:ada', makeAddress('ada'));
      await store.put('msteams:bob', makeAddress('bob'));
      assert.deepEqual(await store.get('msteams:ada'), makeAddress('ada'));
      assert.deepEqual(await store.get('msteams:bob'), makeAddress('bob'));
    });

    it('forgets one person and keeps the others; forgetting again changes nothing', async () => {
      await store.put('msteams:ada', makeAddress('ada'));
      await store.put('msteams:bob', makeAddress('bob'));
      await store.delete('msteams:ada');
      await store.delete('msteams:ada');
      assert.equal(await store.get('msteams:ada'), undefined);
      assert.ok(await store.get('msteams:bob'));
    });

    it('keeps people apart whatever their ids are made of', async () => {
      const keys = Object.values(awkwardTexts).map((text) => `msteams:${text}`);
      for (const key of keys) await store.put(key, makeAddress(key));
      for (const key of keys) assert.deepEqual(await store.get(key), makeAddress(key));
    });

    it('takes two writes at once', async () => {
      await Promise.all([
        store.put('msteams:ada', makeAddress('one')),
        store.put('msteams:ada', makeAddress('two')),
      ]);
      const kept = await store.get('msteams:ada');
      assert.ok(['one', 'two'].includes(String(kept?.user.id)));
    });
  });
}
