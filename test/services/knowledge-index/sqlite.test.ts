import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import type { KnowledgeIndex, SynonymGroup } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { describeKnowledgeIndex } from '#test/contracts/knowledge-index.contract.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { openTemporaryStore } from '#test/services/database/temporary-database.ts';

const open = async () => openTemporaryStore(createSqliteKnowledgeIndex);

describeKnowledgeIndex('sqlite', open);

it('keeps passages, vectors and the word list over a restart', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  const passage = makePassage({ content: 'Negotiation needs preparation.' });
  await opened.store.putDocument([{ ...passage, contentVector: Float32Array.of(0.6, 0.8) }]);
  const index = opened.reopen();
  assert.deepEqual(await index.getDocument('article'), [passage]);
  const byTypo = await index.search({ text: 'negotation', limit: 1 });
  assert.equal(byTypo[0]?.document.documentId, 'article');
  const [hit] = await index.search({ text: 'xyz', vector: Float32Array.of(0.6, 0.8), limit: 1 });
  assert.equal(hit?.document.documentId, 'article');
  assert.ok(
    Math.abs((hit?.coverage ?? 0) - 1) < 1e-6,
    'a hit by vector covers as much as it resembles',
  );
});

it('passes over vectors of another length than the query has', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.putDocument([{ ...makePassage(), contentVector: Float32Array.of(1, 0, 0) }]);
  const hits = await opened.store.search({ text: 'xyz', vector: Float32Array.of(1, 0), limit: 5 });
  assert.deepEqual(hits, []);
});

it('keeps the old version of a document whose new one cannot be written whole', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.putDocument([makePassage({ content: 'The old text.' })]);
  const twice = makePassage({ content: 'The new text.' });
  await assert.rejects(opened.store.putDocument([twice, twice]));
  const [kept] = await opened.store.getDocument('article');
  assert.equal(kept?.content, 'The old text.');
  assert.equal((await opened.store.search({ text: 'old', limit: 5 })).length, 1);
});

it('takes over the passages of a version that knew no questions', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.putDocument([
    makePassage({ content: 'Negotiation needs preparation.', tags: ['raise', 'offer'] }),
  ]);
  opened.database.exec(
    `DROP TABLE passage_changes;
     UPDATE passages SET document = json_remove(document, '$.questions');
     DROP TABLE passages_stems;
     DROP TABLE passages_text;
     CREATE VIRTUAL TABLE passages_text USING fts5(
       title, section, tags, content, content='', contentless_delete=1,
       tokenize = 'porter unicode61 remove_diacritics 2');
     CREATE VIRTUAL TABLE passages_stems USING fts5vocab(passages_text, row);
     INSERT INTO passages_text (rowid, title, section, tags, content)
       SELECT number, 'An article', 'An article', 'raise, offer', 'Negotiation needs preparation.' FROM passages;
     UPDATE schema_versions SET version = 1 WHERE store = 'knowledge-index';`,
  );
  const index = opened.reopen();
  for (const text of ['negotiating', 'a raise', 'article'])
    assert.equal((await index.search({ text, limit: 1 })).length, 1, text);
  assert.deepEqual((await index.getDocument('article'))[0]?.questions, []);
  await index.putDocument([makePassage({ questions: ['how to haggle'] })]);
  assert.equal((await index.search({ text: 'haggling', limit: 1 })).length, 1);
});

it('merges the text index less often, in a file of an older version too', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.putDocument([makePassage({ content: 'Negotiation needs preparation.' })]);
  opened.database.exec(
    `DROP TABLE passage_changes;
     INSERT INTO passages_text (passages_text, rank) VALUES ('automerge', 4);
     UPDATE schema_versions SET version = 2 WHERE store = 'knowledge-index';`,
  );
  const index = opened.reopen();
  assert.equal((await index.search({ text: 'negotiating', limit: 1 })).length, 1);
  for (const table of ['passages_text', 'passages_words']) {
    const setting = opened.database.prepare(`SELECT v FROM ${table}_config WHERE k = 'automerge'`);
    assert.equal(setting.get()?.['v'], 15, table);
  }
});

it('keeps documents that are put at the same time, each whole', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  const index = opened.store;
  const put = (documentId: string, content: string) =>
    index.putDocument([makePassage({ documentId, content })]);
  await Promise.all([put('a', 'Astronomy.'), put('b', 'Botany.'), put('a', 'Acoustics.')]);
  const removed = await Promise.all([index.removeDocument('b'), index.removeDocument('c')]);
  assert.deepEqual(removed, [true, false]);
  assert.deepEqual(
    (await index.listDocuments()).map(({ documentId }) => documentId),
    ['a'],
  );
  assert.equal((await index.getDocument('a'))[0]?.content, 'Acoustics.');
});

it('finds what another process put into the file, and no more what it removed', async (t) => {
  const opened = await open();
  const { database } = openDatabase(opened.database.location() ?? '');
  t.after(() => {
    database.close();
    return opened.close();
  });
  const other = createSqliteKnowledgeIndex(database);
  const find = async (text: string) => (await opened.store.search({ text, limit: 1 })).length;
  await opened.store.putDocument([makePassage({ content: 'Astronomy.' })]);
  assert.deepEqual([await find('astronomy'), await find('botany')], [1, 0]);
  await other.putDocument([makePassage({ content: 'Botany.' })]);
  assert.deepEqual([await find('astronomy'), await find('botany')], [0, 1]);
  assert.equal((await opened.store.getDocument('article'))[0]?.content, 'Botany.');
  await other.removeDocument('article');
  assert.equal(await find('botany'), 0);
});

describe('more passages than are kept in memory', () => {
  const many = 5_100;
  const topics = ['Gardening', 'Sailing', 'Baking'];

  async function openMany(t: TestContext) {
    const opened = await open();
    t.after(() => opened.close());
    const passages = Array.from({ length: many }, (_, chunkIndex) =>
      makePassage({
        documentId: 'long',
        chunkIndex,
        section: `${topics[chunkIndex % topics.length]} ${chunkIndex}`,
        content: 'One of many, about programming.',
      }),
    );
    await opened.store.putDocument(passages);
    await opened.store.putDocument([
      makePassage({ documentId: 'cpp', section: 'What is C++?', content: 'A language.' }),
    ]);
    return opened.store;
  }
  const find = async (index: KnowledgeIndex, text: string, synonyms?: SynonymGroup[]) => {
    const hits = await index.search({ text, limit: 3, ...(synonyms && { synonyms }) });
    return hits.map(({ document }) => document.section);
  };

  it('are found by their words, corrected and widened as in memory', async (t) => {
    const index = await openMany(t);
    assert.deepEqual(await find(index, 'sailing 4000'), ['Sailing 4000', 'Sailing 1', 'Sailing 4']);
    assert.deepEqual((await find(index, 'gardning 300'))[0], 'Gardening 300');
    const synonyms = [{ term: 'bread', alternatives: ['baking'] }];
    assert.match((await find(index, 'bread', synonyms))[0] ?? '', /^Baking/);
    assert.deepEqual(await find(index, 'c++'), ['What is C++?']);
    assert.deepEqual(await find(index, 'zorvax'), []);
    const [hit] = await index.search({
      text: 'programming',
      limit: 1,
      filter: { documentIds: ['long'] },
    });
    assert.equal(hit?.document.documentId, 'long');
  });

  it('are what they are after each change', async (t) => {
    const index = await openMany(t);
    assert.equal((await find(index, 'sailing 4000'))[0], 'Sailing 4000');
    await index.putDocument([makePassage({ documentId: 'new', section: 'Sailing alone' })]);
    assert.equal((await find(index, 'sailing alone'))[0], 'Sailing alone');
    await index.removeDocument('new');
    assert.notEqual((await find(index, 'sailing alone'))[0], 'Sailing alone');
  });
});

it('says that the search is unavailable when the file is closed', async (t) => {
  const opened = await open();
  t.after(() => opened.close());
  await opened.store.putDocument([makePassage()]);
  await opened.close();
  await assert.rejects(opened.store.search({ text: 'sentence', limit: 1 }), {
    name: 'MentorError',
    code: 'search-unavailable',
  });
});
