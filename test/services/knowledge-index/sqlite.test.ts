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
