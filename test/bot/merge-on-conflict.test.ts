import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConversationState, TestAdapter, TurnContext } from 'botbuilder';
import { mergeOnConflict } from '#bot/merge-on-conflict.ts';
import { MentorError } from '#errors.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';

const key = 'test/conversations/c1/';

function openStorage() {
  return createSqliteBotStateStorage(openDatabase(':memory:').database);
}

/** One turn of the conversation on its own, as a process has it. */
function openTurn(storage = openStorage()) {
  const state = new ConversationState(mergeOnConflict(storage));
  const context = new TurnContext(new TestAdapter(async () => undefined), {
    type: 'message',
    channelId: 'test',
    conversation: { id: 'c1' },
  } as never);
  const talk = state.createProperty<Record<string, unknown>>('talk');
  return { state, context, talk };
}

test('two turns that wrote into one state at the same time both find their changes in it', async () => {
  const storage = openStorage();
  await storage.write({
    [key]: { talk: { greeted: true, mood: 'good' }, dialogs: { stack: ['a'] } },
  });
  const [first, second] = [openTurn(storage), openTurn(storage)];
  const [one, two] = [
    await first.talk.get(first.context, {}),
    await second.talk.get(second.context, {}),
  ];
  Object.assign(one ?? {}, { mood: 'better' });
  Object.assign(two ?? {}, { remembered: true });
  await second.state.saveChanges(second.context);
  await first.state.saveChanges(first.context);
  const { eTag: _eTag, ...stored } = (await storage.read([key]))[key];
  assert.deepEqual(stored, {
    talk: { greeted: true, mood: 'better', remembered: true },
    dialogs: { stack: ['a'] },
  });
});

test('what one of them took away stays away', async () => {
  const storage = openStorage();
  await storage.write({ [key]: { talk: { awaiting: 'answer-1', greeted: true } } });
  const [first, second] = [openTurn(storage), openTurn(storage)];
  delete (await first.talk.get(first.context, {}))?.['awaiting'];
  Object.assign((await second.talk.get(second.context, {})) ?? {}, { offered: true });
  await first.state.saveChanges(first.context);
  await second.state.saveChanges(second.context);
  assert.deepEqual((await storage.read([key]))[key].talk, { greeted: true, offered: true });
});

test('two turns that both begin a state lose nothing of each other', async () => {
  const storage = openStorage();
  const [first, second] = [openTurn(storage), openTurn(storage)];
  await first.talk.set(first.context, { greeted: true });
  await second.talk.set(second.context, { remembered: true });
  await first.state.saveChanges(first.context);
  await second.state.saveChanges(second.context);
  assert.deepEqual((await storage.read([key]))[key].talk, { greeted: true, remembered: true });
});

test('a turn that saves twice keeps both', async () => {
  const storage = openStorage();
  const turn = openTurn(storage);
  await turn.talk.set(turn.context, { count: 1 });
  await turn.state.saveChanges(turn.context);
  await turn.talk.set(turn.context, { count: 2 });
  await turn.state.saveChanges(turn.context);
  assert.deepEqual((await storage.read([key]))[key].talk, { count: 2 });
});

test('a storage that is away gets a write that it can keep for later', async () => {
  const storage = openStorage();
  await storage.write({ [key]: { talk: { greeted: true } } });
  const written: unknown[] = [];
  const away = {
    ...storage,
    async write(changes: Record<string, { eTag?: string }>) {
      written.push(changes[key]?.eTag);
      if (changes[key]?.eTag !== '*') throw new MentorError('data-unavailable', 'away');
    },
  };
  const turn = openTurn(away);
  Object.assign((await turn.talk.get(turn.context, {})) ?? {}, { more: 1 });
  await turn.state.saveChanges(turn.context);
  assert.equal(written.at(-1), '*');
});
