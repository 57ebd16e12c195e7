import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Activity } from 'botbuilder';
import { openBlobContainer } from '#services/azure/blob-container.ts';
import { createBlobTranscriptStore } from '#services/transcripts/azure-blobs.ts';
import {
  at,
  describeTranscriptStore,
  inConversation,
  makeActivity,
} from '#test/contracts/transcript-store.contract.ts';
import { useAzurite } from '#test/services/azure/azurite-test-container.ts';

const azurite = useAzurite();
const open = (options = azurite.containerOptions()) =>
  createBlobTranscriptStore({ ...options, now: () => at(5) });

describeTranscriptStore('azure-blobs', () => azurite.open(open));

it('names blobs as the SDK’s own store does', async () => {
  const options = azurite.containerOptions();
  await open(options).logActivity(makeActivity('m1'));
  const names = await openBlobContainer(options).run('listing', async (container) => {
    const found: string[] = [];
    for await (const { name } of container.listBlobsFlat()) found.push(name);
    return found;
  });
  assert.deepEqual(names, ['web%2Ftalk%2F8de491424dfa800-m1.json']);
});

it('asks for no recipient, sender or readable id', async () => {
  const store = open();
  const { recipient: _, from: __, ...bare } = makeActivity('ä\n"ß"');
  await store.logActivity(bare as Activity);
  await store.logActivity(
    makeActivity('m', { from: { id: '用户', name: '' }, recipient: { id: '\r\n', name: '' } }),
  );
  const { items } = await store.getTranscriptActivities('web', 'talk');
  assert.deepEqual(items.map(({ id }) => id).toSorted(), ['m', 'ä\n"ß"']);
  assert.equal('recipient' in (items.find(({ id }) => id !== 'm') ?? {}), false);
});

it('never takes a conversation for another whose id begins alike', async () => {
  const store = open();
  for (const id of ['talk', 'talk2', 'talk/2', 'talk%2F2'])
    await store.logActivity(makeActivity('m', inConversation(id)));
  await store.deleteTranscript('web', 'talk');
  assert.deepEqual((await store.getTranscriptActivities('web', 'talk')).items, []);
  assert.deepEqual((await store.listTranscripts('web')).items.map(({ id }) => id).toSorted(), [
    'talk%2F2',
    'talk/2',
    'talk2',
  ]);
});

it('lists a conversation by its own id, however long that is', async () => {
  const store = open();
  const ids = ['x'.repeat(400), '部屋'.repeat(200), 'short'];
  for (const id of ids) await store.logActivity(makeActivity('m', inConversation(id)));
  const { items } = await store.listTranscripts('web');
  assert.deepEqual(items.map(({ id }) => id).toSorted(), ids.toSorted());
});

it('asks for no further page where the last one is full', async () => {
  const store = open();
  for (let index = 0; index < 20; index += 1) await store.logActivity(makeActivity(`m${index}`));
  assert.equal((await store.getTranscriptActivities('web', 'talk')).continuationToken, '');
});

it('goes on where a page ended, also where its last item is gone', async () => {
  const options = azurite.containerOptions();
  const store = open(options);
  for (let index = 0; index < 22; index += 1)
    await store.logActivity(makeActivity(`m${index}`, { timestamp: at(index) }));
  const { items, continuationToken } = await store.getTranscriptActivities('web', 'talk');
  assert.equal(items.at(-1)?.id, 'm19');
  await openBlobContainer(options).run('deleting', (container) =>
    container.deleteBlob(`web%2Ftalk%2F${continuationToken}`),
  );
  const next = await open(options).getTranscriptActivities('web', 'talk', continuationToken);
  assert.deepEqual(
    next.items.map(({ id }) => id),
    ['m20', 'm21'],
  );
});

it('keeps the last version of an activity logged twice', async () => {
  const store = open();
  await store.logActivity(makeActivity('m', { text: 'draft' }));
  await store.logActivity(makeActivity('m', { text: 'final' }));
  const { items } = await store.getTranscriptActivities('web', 'talk');
  assert.deepEqual(
    items.map(({ text }) => text),
    ['final'],
  );
});

it('keeps each of two activities without an id, and counts one without a timestamp as sent now', async () => {
  const store = open();
  const { id: _, timestamp: __, ...bare } = makeActivity('none');
  for (const text of ['first', 'second']) await store.logActivity({ ...bare, text } as Activity);
  const texts = async (startDate: Date) => {
    const { items } = await store.getTranscriptActivities('web', 'talk', undefined, startDate);
    return items.map(({ text }) => text).toSorted();
  };
  assert.deepEqual(await texts(at(5)), ['first', 'second']);
  assert.deepEqual(await texts(at(6)), []);
});

it('reads a timestamp that is still text, and passes over one that is none', async () => {
  const store = open();
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

it('rejects a token that is not one of its own', async () => {
  const store = open();
  for (const token of ['nonsense', '1', '1.', '../secret', "0.0' OR 1=1"]) {
    await assert.rejects(store.getTranscriptActivities('web', 'talk', token), {
      code: 'request-invalid',
    });
    await assert.rejects(store.listTranscripts('web', token), { code: 'request-invalid' });
  }
});
