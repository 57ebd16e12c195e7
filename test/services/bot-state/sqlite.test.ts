import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AutoSaveStateMiddleware, ConversationState, TestAdapter } from 'botbuilder';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { describeBotStateStorage } from '#test/contracts/bot-state-storage.contract.ts';
import {
  assertDataUnavailable,
  openTemporaryStore,
} from '#test/services/database/temporary-database.ts';

const open = async () => openTemporaryStore(createSqliteBotStateStorage);

describeBotStateStorage('sqlite', open);

it('keeps bot state and its eTags over a restart', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.write({ key: { count: 1 } });
  const before = await opened.store.read(['key']);
  const store = opened.reopen();
  assert.deepEqual(await store.read(['key']), before);
  await store.write(before);
});

it('serves the state of the framework from turn to turn', async (t) => {
  const { store, close } = await open();
  t.after(() => close());
  const state = new ConversationState(store);
  const count = state.createProperty<number>('count');
  const adapter = new TestAdapter(async (context) => {
    const next = (await count.get(context, 0)) + 1;
    await count.set(context, next);
    await context.sendActivity(`turn ${next}`);
  });
  adapter.use(new AutoSaveStateMiddleware(state));
  await adapter.test('hello', 'turn 1').test('again', 'turn 2').startTest();
});

it('rejects a write as data-unavailable while the file is locked, and takes it after', async (t) => {
  const { store, whileLocked, close } = await open();
  t.after(() => close());
  await whileLocked(async () => {
    await assertDataUnavailable(store.write({ key: { count: 1 } }));
    await assertDataUnavailable(store.delete(['key']));
  });
  await store.write({ key: { count: 2 } });
  assert.equal((await store.read(['key']))['key'].count, 2);
});
