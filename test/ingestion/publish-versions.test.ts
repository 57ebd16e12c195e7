import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MentorError } from '#errors.ts';
import { type PublishOptions, publishArticles } from '#ingestion/publish-articles.ts';
import type { DocumentSource } from '#services/document-source/port.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { openTemporaryStore } from '#test/services/database/temporary-database.ts';

/** A source that tells versions as a container does, and keeps what was read of it. */
function versionedSource() {
  const files = new Map<string, { content: string; version: string; url?: string }>();
  const reads: string[] = [];
  const state = { isDown: false };
  const source: DocumentSource = {
    name: 'https://acme.example/knowledge',
    async list() {
      if (state.isDown) throw new MentorError('data-unavailable', 'down');
      return [...files].toSorted().map(([path, { content, version, url }]) => ({
        path,
        version,
        sizeBytes: content.length,
        ...(url !== undefined && { url }),
      }));
    },
    async read(path) {
      reads.push(path);
      const file = files.get(path);
      if (file === undefined || file.content === 'unreadable')
        throw new MentorError('data-unavailable', 'the line broke');
      return Buffer.from(file.content);
    },
  };
  return { source, files, state, takeReads: () => reads.splice(0).toSorted() };
}

function open(t: TestContext) {
  const opened = openTemporaryStore(createSqliteKnowledgeIndex);
  t.after(() => opened.close());
  const { source, ...rest } = versionedSource();
  const embedded: string[] = [];
  const embeddings: EmbeddingModel = {
    name: 'model',
    dimensions: 2,
    maxBatchSize: 10,
    async embed(texts) {
      embedded.push(...texts);
      return texts.map(() => Float32Array.of(0, 1));
    },
  };
  return {
    ...rest,
    index: opened.store,
    embeddings,
    takeEmbedded: () => embedded.splice(0).length,
    publish: (options: Partial<PublishOptions> = {}) =>
      publishArticles(source, {
        index: opened.store,
        collection: source.name,
        embeddings,
        ...options,
      }),
  };
}

test('a document of the version that was published is not even read', async (t) => {
  const { publish, files, takeReads, takeEmbedded } = open(t);
  files.set('one.txt', { content: 'Words of one.', version: '1' });
  files.set('two.md', { content: '---\nid: own-two\n---\nWords of two.', version: '1' });
  files.set('three.txt', { content: 'Words of three.', version: '1' });
  files.set('three.txt.meta.yaml', { content: 'id: own-three', version: '1' });
  assert.equal((await publish()).added.length, 3);
  assert.equal(takeReads().length, 4);
  assert.equal(takeEmbedded(), 3);
  assert.equal((await publish()).unchanged, 3);
  assert.deepEqual([takeReads(), takeEmbedded()], [[], 0]);

  files.set('three.txt.meta.yaml', { content: 'id: own-three\ntitle: Third', version: '2' });
  files.delete('two.md');
  const report = await publish();
  assert.deepEqual([report.changed, report.removed], [['own-three'], ['own-two']]);
  assert.deepEqual(takeReads(), ['three.txt', 'three.txt.meta.yaml']);
});

test('a document that was written again with the same words is read, and not embedded again', async (t) => {
  const { publish, files, takeReads, takeEmbedded } = open(t);
  files.set('one.txt', { content: 'Words of one.', version: '1' });
  await publish();
  takeReads();
  takeEmbedded();
  files.set('one.txt', { content: 'Words of one.', version: '2' });
  assert.equal((await publish()).unchanged, 1);
  assert.deepEqual([takeReads(), takeEmbedded()], [['one.txt'], 0]);
  files.set('one.txt', { content: 'Other words.', version: '3' });
  assert.equal((await publish()).changed.length, 1);
});

test('another embedding model, or a new start, reads everything again', async (t) => {
  const { publish, files, embeddings } = open(t);
  files.set('one.txt', { content: 'Words of one.', version: '1' });
  await publish();
  assert.equal((await publish({ embeddings: { ...embeddings, name: 'other' } })).changed.length, 1);
  assert.equal((await publish({ recreate: true })).changed.length, 1);
});

test('a document that cannot be fetched is refused, and keeps what was published of it', async (t) => {
  const { publish, files, index } = open(t);
  files.set('one.txt', { content: 'Words of one.', version: '1' });
  await publish();
  files.set('one.txt', { content: 'unreadable', version: '2' });
  files.set('two.txt', { content: 'Words of two.', version: '1' });
  const report = await publish();
  assert.deepEqual(report.added, ['knowledge-two-txt']);
  assert.deepEqual(report.refused, [
    {
      file: 'https://acme.example/knowledge/one.txt',
      message: 'could not be read: the line broke',
    },
  ]);
  assert.equal((await index.getDocument('knowledge-one-txt'))[0]?.content, 'Words of one.');
});

test('a source that cannot be listed changes nothing', async (t) => {
  const { publish, files, state, index } = open(t);
  files.set('one.txt', { content: 'Words of one.', version: '1' });
  await publish();
  state.isDown = true;
  await assert.rejects(publish(), { code: 'data-unavailable' });
  assert.equal((await index.listDocuments()).length, 1);
});

test('an index that fails ends the run with its error', async (t) => {
  const { publish, files, index } = open(t);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
    files.set(`${name}.txt`, { content: `Words of ${name}.`, version: '1' });
  const broken = {
    ...index,
    putDocument: () => Promise.reject(new MentorError('search-unavailable', 'down')),
  };
  await assert.rejects(publish({ index: broken }), { code: 'search-unavailable' });
});

test('a public document is cited by its own address', async (t) => {
  const { publish, files, index } = open(t);
  const url = 'https://acme.example/knowledge/one.txt';
  files.set('one.txt', { content: 'Words of one.', version: '1' });
  await publish();
  const addressOf = async () => (await index.getDocument('knowledge-one-txt'))[0]?.sourceUrl;
  assert.equal(await addressOf(), '/articles/knowledge-one-txt#one');
  files.set('one.txt', { content: 'Words of one.', version: '1', url });
  await publish();
  assert.equal(await addressOf(), url);
});
