import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { MentorError } from '#errors.ts';
import { type PublishOptions, publishArticles } from '#ingestion/publish-articles.ts';
import { createFolderSource } from '#services/document-source/folder.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { embedWords } from '#test/helpers/openai-server.ts';
import { sampleArticle } from '#test/mentor/passage-samples.ts';
import {
  createTemporaryFolder,
  openTemporaryStore,
} from '#test/services/database/temporary-database.ts';

/** Embeds words; fails while `isDown`, and keeps every text it was given. */
function wordEmbeddings() {
  const texts: string[] = [];
  const state = { isDown: false, texts };
  const embeddings: EmbeddingModel = {
    name: 'words',
    dimensions: 8,
    maxBatchSize: 2,
    async embed(batch) {
      assert.ok(batch.length <= 2);
      if (state.isDown) throw new MentorError('embeddings-unavailable', 'down');
      texts.push(...batch);
      return batch.map((text) => embedWords(text, 8));
    },
  };
  return { embeddings, state };
}

describe('publishing a folder of articles', () => {
  let folder: ReturnType<typeof createTemporaryFolder>;
  let opened: ReturnType<typeof openTemporaryStore<KnowledgeIndex>>;
  beforeEach(() => {
    folder = createTemporaryFolder();
    opened = openTemporaryStore(createSqliteKnowledgeIndex);
  });
  afterEach(async () => {
    await opened.close();
    folder.remove();
  });

  function write(name: string, text: string): void {
    const path = join(folder.path, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }

  function remove(name: string): void {
    rmSync(join(folder.path, name));
  }

  function publish(options: Partial<PublishOptions> = {}) {
    return publishArticles(createFolderSource(folder.path), {
      index: opened.store,
      collection: 'articles',
      isCurated: true,
      now: () => new Date('2026-11-22'),
      ...options,
    });
  }

  async function contentOf(documentId: string): Promise<string | undefined> {
    return (await opened.store.getDocument(documentId))[0]?.content;
  }

  /** Whether the words of a text find the article by vector alone. */
  async function hasVectors(documentId: string): Promise<boolean> {
    const hits = await opened.store.search({
      text: 'zzz',
      vector: embedWords('anything', 8),
      limit: 50,
      filter: { documentIds: [documentId] },
    });
    return hits.length > 0;
  }

  test('what is new, changed, gone and unchanged is published and told', async () => {
    write('a/one.md', sampleArticle('one', 'Article one', 'First words.'));
    write('b/two.md', sampleArticle('two', 'Article two', 'Second words.'));
    write('notes.txt', 'not an article');
    assert.deepEqual(await publish(), {
      added: ['one', 'two'],
      changed: [],
      removed: [],
      unchanged: 0,
      refused: [],
      ignored: 1,
    });

    write('a/one.md', sampleArticle('one', 'Article one', 'Other words.'));
    remove('b/two.md');
    write('c/three.md', sampleArticle('three', 'Article three', 'Third words.'));
    assert.deepEqual(await publish(), {
      added: ['three'],
      changed: ['one'],
      removed: ['two'],
      unchanged: 0,
      refused: [],
      ignored: 1,
    });
    assert.equal(await contentOf('one'), 'Other words.');
    assert.equal(await contentOf('two'), undefined);
    assert.equal((await publish()).unchanged, 2);
  });

  test('everything is published again where that is asked for', async () => {
    write('one.md', sampleArticle('one', 'Article one', 'First words.'));
    await publish();
    assert.deepEqual((await publish({ recreate: true })).changed, ['one']);
  });

  test('a file that cannot be read keeps the version that was published before, and the rest goes on', async () => {
    write('one.md', sampleArticle('one', 'Article one', 'First words.'));
    write('renamed.md', sampleArticle('two', 'Article two', 'Second words.'));
    await publish();
    write('one.md', '---\nid: one\n---\nbroken');
    write(
      'renamed.md',
      sampleArticle('two', 'Article two', 'Second words.').replace('guide', 'blog'),
    );
    write('three.md', sampleArticle('three', 'Article three', 'Third words.'));
    const report = await publish();
    assert.deepEqual(report.added, ['three']);
    assert.deepEqual(report.removed, []);
    assert.ok(report.refused.some(({ file, line }) => file.endsWith('one.md') && (line ?? 0) >= 1));
    assert.ok(report.refused.some(({ file, line }) => file.endsWith('renamed.md') && line === 5));
    assert.equal(await contentOf('one'), 'First words.');
    assert.equal(await contentOf('two'), 'Second words.');
  });

  test('a folder that is named like an article is no article', async () => {
    mkdirSync(join(folder.path, 'odd.md'));
    write('odd.md/one.md', sampleArticle('one', 'Article one', 'First words.'));
    assert.deepEqual((await publish()).added, ['one']);
  });

  test('of two files with one id the second is refused by name', async () => {
    write('a.md', sampleArticle('one', 'Article one', 'First words.'));
    write('b.md', sampleArticle('one', 'Article one again', 'Other words.'));
    const report = await publish();
    assert.deepEqual(report.added, ['one']);
    assert.equal(report.refused.length, 1);
    assert.match(report.refused[0]?.file ?? '', /b\.md$/);
    assert.match(report.refused[0]?.message ?? '', /a\.md has already/);
    assert.equal(await contentOf('one'), 'First words.');
  });

  test('collections never touch each other', async () => {
    write('one.md', sampleArticle('one', 'Article one', 'First words.'));
    await publish();
    remove('one.md');
    write('own.md', sampleArticle('own', 'Our own', 'Own words.'));
    const report = await publish({ collection: 'company' });
    assert.deepEqual([report.added, report.removed], [['own'], []]);
    assert.equal(await contentOf('one'), 'First words.');

    write('own.md', sampleArticle('one', 'Taken over', 'Taken words.'));
    const taken = await publish({ collection: 'company' });
    assert.match(taken.refused[0]?.message ?? '', /which the collection articles has already/);
    assert.equal(await contentOf('one'), 'First words.');
  });

  test('an empty folder removes its own collection; a folder that is not there removes nothing', async () => {
    write('one.md', sampleArticle('one', 'Article one', 'First words.'));
    await publish();
    await assert.rejects(
      publishArticles(createFolderSource(join(folder.path, 'nowhere')), {
        index: opened.store,
        collection: 'articles',
      }),
      { code: 'data-unavailable', message: /nowhere: it is not there/ },
    );
    assert.equal(await contentOf('one'), 'First words.');
    remove('one.md');
    assert.deepEqual((await publish()).removed, ['one']);
  });

  test('passages get their vectors in batches, from title, heading and text', async () => {
    const { embeddings, state } = wordEmbeddings();
    write(
      'one.md',
      sampleArticle('one', 'Article one', 'Opening.\n\n## Why?\n\nBecause.\n\n## How?\n\nSo.'),
    );
    await publish({ embeddings });
    assert.deepEqual(state.texts, [
      'Article one\nArticle one\nOpening.',
      'Article one\nWhy?\nBecause.',
      'Article one\nHow?\nSo.',
    ]);
    assert.ok(await hasVectors('one'));
    assert.equal((await publish({ embeddings })).unchanged, 1);
    assert.equal(state.texts.length, 3);
  });

  test('when embedding fails, articles are published for full text, and embedded by the next run', async () => {
    const { embeddings, state } = wordEmbeddings();
    state.isDown = true;
    write('one.md', sampleArticle('one', 'Article one', 'First words.'));
    write('two.md', sampleArticle('two', 'Article two', 'Second words.'));
    const failed = await publish({ embeddings });
    assert.deepEqual(failed.added, ['one', 'two']);
    assert.equal(failed.embeddingFailure?.code, 'embeddings-unavailable');
    assert.equal(await contentOf('two'), 'Second words.');
    assert.equal(await hasVectors('one'), false);

    state.isDown = false;
    const mended = await publish({ embeddings });
    assert.deepEqual(mended.changed, ['one', 'two']);
    assert.equal(mended.embeddingFailure, undefined);
    assert.ok(await hasVectors('one'));
    assert.equal((await publish({ embeddings })).unchanged, 2);
  });

  test('a failure on a new article leaves the vectors of the others alone', async () => {
    const { embeddings, state } = wordEmbeddings();
    write('b.md', sampleArticle('b', 'Article b', 'Words.'));
    await publish({ embeddings });
    state.isDown = true;
    write('a.md', sampleArticle('a', 'Article a', 'New words.'));
    const report = await publish({ embeddings });
    assert.deepEqual([report.added, report.changed, report.unchanged], [['a'], [], 1]);
    assert.ok(await hasVectors('b'));
  });

  test('another embedding model, and none, publish everything again', async () => {
    const { embeddings } = wordEmbeddings();
    write('one.md', sampleArticle('one', 'Article one', 'First words.'));
    await publish({ embeddings });
    assert.deepEqual((await publish({ embeddings: { ...embeddings, name: 'other' } })).changed, [
      'one',
    ]);
    assert.deepEqual((await publish()).changed, ['one']);
    assert.equal(await hasVectors('one'), false);
  });

  test('a mistake in the program is not taken for an embedding model that is down', async () => {
    write('one.md', sampleArticle('one', 'Article one', 'First words.'));
    const { embeddings } = wordEmbeddings();
    const broken = { ...embeddings, embed: () => Promise.reject(new TypeError('oops')) };
    await assert.rejects(publish({ embeddings: broken }), TypeError);
  });
});
