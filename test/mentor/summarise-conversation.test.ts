import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConversationSummary } from '#mentor/summarise-conversation.ts';
import type { ConversationStore, Message } from '#services/conversations/port.ts';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { openTemporaryStore } from '#test/services/database/temporary-database.ts';
import { helperDown, scriptedHelper } from './scripted-helper.ts';

const conversation = {
  id: 'c',
  sessionId: 's',
  userId: 'ana',
  channel: 'test',
  userContext: { background: 'Nurse' },
};

function message(number: number): Message {
  return {
    messageId: `m${number}`,
    conversationId: 'c',
    role: number % 2 === 1 ? 'user' : 'assistant',
    content: `Message ${number}.`,
    timestamp: new Date(1_760_000_000_000 + number * 1_000).toISOString(),
    tokensUsed: 0,
    knowledgeSources: [],
  };
}

/** Talks on, a turn of two messages at a time, up to so many messages. */
async function talk(
  store: ConversationStore,
  summarise: (id: string, added: number) => Promise<void>,
  upTo: number,
): Promise<void> {
  const { totalMessages = 0 } = (await store.get('c')) ?? {};
  for (let number = totalMessages + 1; number < upTo; number += 2) {
    await store.appendTurn(conversation, [message(number), message(number + 1)]);
    await summarise('c', 2);
  }
}

function open(t: { after(work: () => void): void }, ...answers: readonly (string | Error)[]) {
  const { store, close } = openTemporaryStore(createSqliteConversationStore);
  t.after(close);
  const scripted = scriptedHelper(...answers);
  const summarise = createConversationSummary({
    ...scripted.dependencies,
    conversations: store,
    verbatimMessages: 12,
  });
  return { ...scripted, store, summarise };
}

test('a conversation that is read whole needs no summary', async (t) => {
  const { store, summarise, requests } = open(t, 'A summary.');
  await talk(store, summarise, 10);
  assert.equal(requests.length, 0);
  assert.equal((await store.get('c'))?.conversationSummary, undefined);
});

test('whatever has left the window stands in the summary, at every length of the conversation', async (t) => {
  const { store, summarise, prompt, requests } = open(t, 'A summary.');
  const covered = new Set<string>();
  for (let total = 2; total <= 60; total += 2) {
    const before = requests.length;
    await talk(store, summarise, total);
    for (let call = before; call < requests.length; call += 1)
      for (const [said] of prompt(call).matchAll(/Message \d+\./g)) covered.add(said);
    for (let number = 1; number <= total - 12; number += 1)
      assert.ok(covered.has(`Message ${number}.`), `message ${number} of ${total}`);
  }
  assert.equal(requests.length, 9, 'one call for three turns');
});

test('the summary is kept on the conversation, changes nothing else, and is read by the next one', async (t) => {
  const { store, summarise, prompt } = open(t, ' They are a nurse. ', 'Newer.');
  await talk(store, summarise, 12);
  const kept = await store.get('c');
  assert.equal(kept?.conversationSummary, 'They are a nurse.');
  assert.equal(kept?.totalMessages, 12);
  assert.deepEqual(kept?.userContext, { background: 'Nurse' });
  await talk(store, summarise, 18);
  assert.match(prompt(1), /Summary so far: "They are a nurse\."/);
  assert.equal((await store.get('c'))?.conversationSummary, 'Newer.');
});

test('one summary that failed leaves no gap: the next reads those turns again', async (t) => {
  const { store, summarise, failures, prompt } = open(t, helperDown, 'Whole.');
  await talk(store, summarise, 12);
  assert.equal(failures[0]?.part, 'summarise');
  assert.equal((await store.get('c'))?.conversationSummary, undefined);
  await talk(store, summarise, 18);
  assert.match(prompt(1), /Message 1\./);
  assert.equal((await store.get('c'))?.conversationSummary, 'Whole.');
});

test('a conversation that was deleted while it was summed up does not come back', async (t) => {
  const { store, dependencies } = open(t, 'A summary.');
  const summarise = createConversationSummary({
    ...dependencies,
    conversations: store,
    verbatimMessages: 12,
    helper: {
      name: 'helper',
      async complete() {
        await store.deleteUser('ana');
        return { text: 'A summary.', usage: { promptTokens: 1, answerTokens: 1 } };
      },
    },
  });
  await talk(store, async () => {}, 12);
  await summarise('c', 2);
  assert.equal(await store.get('c'), undefined);
});

test('a store that fails is told and rejects nothing', async (t) => {
  const { store, dependencies, failures } = open(t, 'A summary.');
  const broken: ConversationStore = {
    ...store,
    async get() {
      throw new Error('disk');
    },
  };
  await createConversationSummary({
    ...dependencies,
    conversations: broken,
    verbatimMessages: 12,
  })('c', 2);
  assert.equal(failures[0]?.part, 'summarise');
});
