import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Activity } from 'botbuilder';
import { createSqliteTranscriptStore } from '#services/transcripts/sqlite.ts';
import {
  at,
  describeTranscriptStore,
  makeActivity,
} from '#test/contracts/transcript-store.contract.ts';
import {
  assertDataUnavailable,
  openTemporaryStore,
} from '#test/services/database/temporary-database.ts';

const open = async () =>
  openTemporaryStore((database) => createSqliteTranscriptStore(database, () => at(5)));

describeTranscriptStore('sqlite', open);

it('keeps transcripts, and the tokens of their pages, over a restart', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  for (let index = 0; index < 21; index += 1)
    await opened.store.logActivity(makeActivity(`m${index}`, { timestamp: at(index) }));
  const { continuationToken } = await opened.store.getTranscriptActivities('web', 'talk');
  const { items } = await opened.reopen().getTranscriptActivities('web', 'talk', continuationToken);
  assert.deepEqual(items, [makeActivity('m20', { timestamp: at(20) })]);
});

it('asks for no further page where the last one is full', async (t) => {
  const { store, close } = await open();
  t.after(() => close());
  for (let index = 0; index < 20; index += 1) await store.logActivity(makeActivity(`m${index}`));
  assert.equal((await store.getTranscriptActivities('web', 'talk')).continuationToken, '');
});

it('keeps the last version of an activity logged twice', async (t) => {
  const { store, close } = await open();
  t.after(() => close());
  await store.logActivity(makeActivity('m', { text: 'draft' }));
  await store.logActivity(makeActivity('m', { text: 'final' }));
  const { items } = await store.getTranscriptActivities('web', 'talk');
  assert.deepEqual(
    items.map(({ text }) => text),
    ['final'],
  );
});

it('keeps each of two activities without an id, and counts one without a timestamp as sent now', async (t) => {
  const { store, close } = await open();
  t.after(() => close());
  const { id: _, timestamp: __, ...bare } = makeActivity('none');
  for (const text of ['first', 'second']) await store.logActivity({ ...bare, text } as Activity);
  const texts = async (startDate: Date) => {
    const { items } = await store.getTranscriptActivities('web', 'talk', undefined, startDate);
    return items.map(({ text }) => text);
  };
  assert.deepEqual(await texts(at(5)), ['first', 'second']);
  assert.deepEqual(await texts(at(6)), []);
});

it('reads a timestamp that is still text, and passes over one that is none', async (t) => {
  const { store, close } = await open();
  t.after(() => close());
  const logged = (id: string, timestamp: unknown) =>
    store.logActivity({ ...makeActivity(id), timestamp } as Activity);
  await logged('nonsense', 'not a date');
  await logged('text', at(1).toISOString());
  const { items } = await store.getTranscriptActivities('web', 'talk');
  assert.deepEqual(
    items.map(({ id }) => id),
    ['text', 'nonsense'],
  );
  assert.deepEqual(items[0]?.timestamp, at(1));
});

it('rejects a token that is not one of its own', async (t) => {
  const { store, close } = await open();
  t.after(() => close());
  for (const token of ['nonsense', '1', '1.x', "0.0' OR 1=1"]) {
    await assert.rejects(store.getTranscriptActivities('web', 'talk', token), {
      code: 'request-invalid',
    });
    await assert.rejects(store.listTranscripts('web', token), { code: 'request-invalid' });
  }
});

it('rejects a write as data-unavailable while the file is locked, and takes it after', async (t) => {
  const { store, whileLocked, close } = await open();
  t.after(() => close());
  await whileLocked(() =>
    assertDataUnavailable(Promise.resolve(store.logActivity(makeActivity('m')))),
  );
  await store.logActivity(makeActivity('m'));
  assert.equal((await store.getTranscriptActivities('web', 'talk')).items.length, 1);
});
