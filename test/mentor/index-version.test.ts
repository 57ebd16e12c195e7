import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIndexVersion } from '#mentor/index-version.ts';
import type { IndexedDocument } from '#services/knowledge-index/port.ts';

const article = (documentId: string, contentHash: string): IndexedDocument => ({
  documentId,
  contentHash,
  title: documentId,
  category: 'c',
  collection: 'articles',
  chunkCount: 1,
});

function open() {
  const index = {
    documents: [article('a', '1'), article('b', '1')],
    reads: 0,
    isDown: false,
    async listDocuments() {
      index.reads += 1;
      if (index.isDown) throw new Error('down');
      return index.documents;
    },
  };
  let now = 0;
  const version = createIndexVersion(index, { refreshMs: 1_000, nowMs: () => now });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { index, version, settle, pass: (ms: number) => (now += ms) };
}

test('the same articles are the same version in any order; another text is another version', async () => {
  const { index, version } = open();
  const first = await version.current();
  index.documents.reverse();
  version.changed();
  assert.equal(await version.current(), first);
  index.documents = [article('a', '2'), article('b', '1')];
  version.changed();
  assert.notEqual(await version.current(), first);
});

test('it is read once for all who ask, and again after its time, beside them', async () => {
  const { index, version, pass, settle } = open();
  const [first] = await Promise.all([version.current(), version.current()]);
  assert.equal(index.reads, 1);
  index.documents = [article('a', '2')];
  pass(999);
  assert.equal(await version.current(), first);
  pass(1);
  assert.equal(await version.current(), first, 'nobody waits for the new one');
  await settle();
  assert.notEqual(await version.current(), first);
  assert.equal(index.reads, 2);
});

test('an index that is down has the version it had; before the first it has none', async () => {
  const { index, version, pass, settle } = open();
  index.isDown = true;
  assert.equal(await version.current(), undefined);
  index.isDown = false;
  const first = await version.current();
  assert.ok(first);
  index.isDown = true;
  pass(1_000);
  await version.current();
  await settle();
  assert.equal(await version.current(), first);
});

test('what was being read when the index changed is not the version after it', async () => {
  const { promise, resolve } = Promise.withResolvers<IndexedDocument[]>();
  const lists = [promise, Promise.resolve([article('a', 'new')])];
  const version = createIndexVersion({ listDocuments: async () => (await lists.shift()) ?? [] });
  const early = version.current();
  version.changed();
  const late = await version.current();
  resolve([article('a', 'old')]);
  await early;
  assert.equal(await version.current(), late);
});

test('what another process changed is noticed at once where the index counts its changes', async () => {
  const { index, settle } = open();
  let changes = 1;
  const version = createIndexVersion(
    { ...index, listDocuments: async () => index.documents, countChanges: () => changes },
    { nowMs: () => 0 },
  );
  const first = await version.current();
  index.documents = [article('a', '2')];
  assert.equal(await version.current(), first);
  changes += 1;
  assert.notEqual(await version.current(), first);
  await settle();
});
