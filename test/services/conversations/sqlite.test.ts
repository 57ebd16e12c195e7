import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import {
  makeAnswer,
  makeConversation,
  makeMessage,
  timeAt,
} from '#test/contracts/conversation-samples.ts';
import { describeConversationStore } from '#test/contracts/conversation-store.contract.ts';
import {
  assertDataUnavailable,
  openTemporaryStore,
} from '#test/services/database/temporary-database.ts';

const open = async () =>
  openTemporaryStore((database) =>
    createSqliteConversationStore(database, () => new Date(timeAt(100))),
  );

describeConversationStore('sqlite', open);

it('keeps conversations, and the cursors of their pages, over a restart', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.appendTurn(makeConversation('talk'), [makeMessage('q'), makeAnswer('a')]);
  const conversation = await opened.store.get('talk');
  const { olderCursor } = await opened.store.listMessages('talk', { limit: 1 });
  assert.ok(olderCursor);
  const store = opened.reopen();
  assert.deepEqual(await store.get('talk'), conversation);
  assert.deepEqual(await store.listMessages('talk', { before: olderCursor }), {
    messages: [makeMessage('q')],
  });
});

it('takes the time of a turn without messages from the clock, and never goes back in time', async (t) => {
  const { store, close } = await open();
  t.after(() => close());
  await store.appendTurn(makeConversation('talk'), []);
  const times = async () => {
    const conversation = await store.get('talk');
    return [conversation?.createdAt, conversation?.updatedAt];
  };
  assert.deepEqual(await times(), [timeAt(100), timeAt(100)]);
  await store.appendTurn(makeConversation('talk'), [
    makeMessage('late', { timestamp: timeAt(50) }),
  ]);
  assert.deepEqual(await times(), [timeAt(100), timeAt(100)]);
});

it('rejects a write as data-unavailable while the file is locked, and takes it after', async (t) => {
  const { store, whileLocked, close } = await open();
  t.after(() => close());
  const turn = () => store.appendTurn(makeConversation('talk'), [makeMessage('q')]);
  await whileLocked(async () => {
    await assertDataUnavailable(turn());
    await assertDataUnavailable(store.deleteUser('ada'));
  });
  await turn();
  assert.equal((await store.get('talk'))?.totalMessages, 1);
});
