import assert from 'node:assert/strict';
import { it } from 'node:test';
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
    `UPDATE passages SET document = json_remove(document, '$.questions');
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
