import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { describeProfileStore, makeProfile } from '#test/contracts/profile-store.contract.ts';
import {
  assertDataUnavailable,
  openTemporaryStore,
} from '#test/services/database/temporary-database.ts';

const open = async () => openTemporaryStore(createSqliteProfileStore);

describeProfileStore('sqlite', open);

it('keeps profiles over a restart', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.put(makeProfile('ada'));
  assert.deepEqual(await opened.reopen().get('ada'), makeProfile('ada'));
});

it('rejects a write as data-unavailable while the file is locked, and takes it after', async (t) => {
  const { store, whileLocked, close } = await open();
  t.after(() => close());
  await whileLocked(() => assertDataUnavailable(store.put(makeProfile('ada'))));
  await store.put(makeProfile('ada'));
  assert.ok(await store.get('ada'));
});
