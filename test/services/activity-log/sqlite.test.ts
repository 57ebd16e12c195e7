import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import {
  describeActivityLog,
  makeLoggedActivity,
  makeLoggedConversation,
} from '#test/contracts/activity-log.contract.ts';
import {
  assertDataUnavailable,
  openTemporaryStore,
} from '#test/services/database/temporary-database.ts';

const open = async () => openTemporaryStore(createSqliteActivityLog);

describeActivityLog('sqlite', open);

it('keeps activities and their numbers over a restart', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.create(makeLoggedConversation('talk'));
  await opened.store.append('talk', makeLoggedActivity('a'));
  await opened.store.append('talk', makeLoggedActivity('b'));
  await opened.store.replace('talk', 'b', undefined);
  const log = opened.reopen();
  assert.equal(await log.append('talk', makeLoggedActivity('c')), 3);
  assert.deepEqual(await log.readAfter('talk', 0), [
    { sequence: 1, activity: makeLoggedActivity('a') },
    { sequence: 3, activity: makeLoggedActivity('c') },
  ]);
});

it('rejects a write as data-unavailable while the file is locked, and takes it after', async (t) => {
  const { store, whileLocked, close } = await open();
  t.after(() => close());
  await store.create(makeLoggedConversation('talk'));
  await store.append('talk', makeLoggedActivity('a'));
  await whileLocked(async () => {
    await assertDataUnavailable(store.create(makeLoggedConversation('other')));
    await assertDataUnavailable(store.append('talk', makeLoggedActivity('b')));
    await assertDataUnavailable(store.replace('talk', 'a', undefined));
    await assertDataUnavailable(store.deleteUser('ada'));
  });
  assert.equal(await store.append('talk', makeLoggedActivity('b')), 2);
});
