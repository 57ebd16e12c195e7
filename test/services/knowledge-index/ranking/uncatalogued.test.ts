import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { makePassage } from '#test/helpers/make-passage.ts';

test('a word in the text alone tells more of what a passage is about where nobody gave it tags or questions', async () => {
  const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
  const content = 'Laptops can be borrowed for three days at the desk.';
  const common = { content, section: 'House rules', title: 'House rules', questions: [] };
  await index.putDocument([makePassage({ ...common, documentId: 'own', tags: [] })]);
  await index.putDocument([makePassage({ ...common, documentId: 'tagged', tags: ['library'] })]);
  const hits = await index.search({ text: 'borrowed laptops', limit: 5 });
  const coverageOf = (id: string) =>
    hits.find(({ document }) => document.documentId === id)?.coverage ?? 0;
  assert.ok(coverageOf('own') > coverageOf('tagged') + 0.2);
});
