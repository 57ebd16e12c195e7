import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MentorError } from '#errors.ts';
import { fromKey, toKey } from '#services/knowledge-index/azure-ai-search/passage-record.ts';
import { toBatches } from '#services/knowledge-index/azure-ai-search/write-passages.ts';
import type { JournalEntry } from '#test/helpers/ai-search-server.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { openAzureIndex } from './open-azure-index.ts';

const indexName = 'knowledge-base-index';

function actionsOf({ body }: JournalEntry): string[] {
  const actions = (body?.['value'] ?? []) as Record<string, unknown>[];
  return actions.map((action) => `${String(action['@search.action'])} ${String(action['id'])}`);
}

function makeDocument(parts: number, changes: Parameters<typeof makePassage>[0] = {}) {
  return Array.from({ length: parts }, (_, chunkIndex) =>
    makePassage({ ...changes, chunkIndex, totalChunks: parts, content: `Part ${chunkIndex}.` }),
  );
}

describe('writing to Azure AI Search', () => {
  it('makes keys that the service takes, one for each id', () => {
    const ids = ['plain-id#0', '_a#1', 'a=23#1', 'a#1', 'Größe/💡 "x" #10', 'a_b', '%', ''];
    const keys = ids.map(toKey);
    assert.deepEqual(keys.map(fromKey), ids);
    assert.equal(new Set(keys).size, ids.length);
    for (const key of keys.filter(Boolean)) assert.match(key, /^[A-Za-z0-9\-=][A-Za-z0-9_\-=]*$/);
    assert.equal(toKey('career-backend-to-ai#3'), 'career-backend-to-ai=233');
  });

  it('keeps documents whose ids and texts are awkward', async (t) => {
    const { index } = await openAzureIndex(t);
    await index.ensureIndex();
    const passages = [
      makePassage({ documentId: "_it's/größer #1", id: "_it's/größer #1#0" }),
      makePassage({
        documentId: 'numbers',
        title: 'NaN',
        tags: ['INF', '-INF', '2026-01-02T03:04:05.000Z'],
        createdAt: '2026-01-02T03:04:05.678Z',
        content: '{"type":"Point","coordinates":[1,2]}',
      }),
    ];
    for (const passage of passages) {
      await index.putDocument([passage]);
      assert.deepEqual(await index.getDocument(passage.documentId), [passage]);
    }
    const listed = await index.listDocuments();
    assert.deepEqual(
      listed.map((document) => document.documentId),
      ["_it's/größer #1", 'numbers'],
    );
  });

  it('writes the first passage last, and takes away what a shorter version no longer has', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    await index.putDocument(makeDocument(3));
    await index.putDocument(makeDocument(2));
    const batches = server.requestsOf('index-documents').map(actionsOf);
    assert.deepEqual(batches.slice(2), [
      ['upload article=231', 'delete article=232'],
      ['upload article=230'],
    ]);
    assert.equal(server.indexes.get(indexName)?.documents.size, 2);
  });

  it('leaves no field of an earlier version behind', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    const contentVector = Float32Array.of(1, 0, 0);
    await index.putDocument([{ ...makePassage({ reviewBy: '2027-01-01' }), contentVector }]);
    await index.putDocument([makePassage()]);
    assert.deepEqual(await index.getDocument('article'), [makePassage()]);
    const stored = server.indexes.get(indexName)?.documents.get('article=230');
    assert.equal(stored?.['contentVector'], null);
  });

  it('lists a version only once all of it is there, so that the next run writes it again', async (t) => {
    const { index, server } = await openAzureIndex(t, { retries: 0 });
    await index.ensureIndex();
    await index.putDocument(makeDocument(3, { contentHash: 'old' }));
    server.faults.failItem('article=232', 400);
    await assert.rejects(index.putDocument(makeDocument(3, { contentHash: 'new' })));
    assert.equal((await index.listDocuments())[0]?.contentHash, 'old');
    server.faults.fail({ type: 'status', status: 500 }, { on: ['index-documents'] });
    await assert.rejects(index.removeDocument('article'));
    assert.equal((await index.listDocuments()).length, 1);
  });

  it('sends again only what failed for a passing reason', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    server.faults.failItem('article=231', 503, 2);
    server.faults.failItem('article=232', 422, 1);
    await index.putDocument(makeDocument(4));
    assert.deepEqual(server.requestsOf('index-documents').map(actionsOf), [
      ['upload article=231', 'upload article=232', 'upload article=233'],
      ['upload article=231', 'upload article=232'],
      ['upload article=231'],
      ['upload article=230'],
    ]);
    assert.equal((await index.getDocument('article')).length, 4);
  });

  it('gives up on items that keep failing, and at once on those that can never succeed', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    const fails = (isRetryable: boolean) => (error: MentorError) => {
      assert.equal(error.code, 'search-unavailable');
      assert.match(error.message, /did not take 1 of 1 passages/);
      assert.equal(error.details['isRetryable'], isRetryable);
      assert.equal(error.details['setting'], 'AZURE_SEARCH_INDEX');
      return true;
    };
    server.faults.failItem('article=230', 503, Number.POSITIVE_INFINITY);
    await assert.rejects(index.putDocument([makePassage()]), fails(true));
    assert.equal(server.requestsOf('index-documents').length, 4);
    server.faults.failItem('article=230', 400, Number.POSITIVE_INFINITY);
    await assert.rejects(index.putDocument([makePassage()]), fails(false));
    assert.equal(server.requestsOf('index-documents').length, 5);
  });

  it('cuts large documents into requests that the service takes', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    await index.putDocument(makeDocument(1_201));
    const sizes = server.requestsOf('index-documents').map((entry) => actionsOf(entry).length);
    assert.deepEqual(sizes, [500, 500, 200, 1]);
    assert.equal((await index.getDocument('article')).length, 1_201);
    assert.equal((await index.listDocuments())[0]?.chunkCount, 1_201);
  });

  it('counts bytes, not characters, when it fills a request', () => {
    const action = { __actionType: 'upload' as const, id: 'a', content: 'ü'.repeat(1_500_000) };
    assert.deepEqual(
      toBatches([action, action, action, action, action]).map((batch) => batch.length),
      [2, 2, 1],
    );
  });

  it('says that a passage is too large where the service says so', async (t) => {
    const { index } = await openAzureIndex(t);
    await index.ensureIndex();
    const content = 'word '.repeat(3_500_000);
    await assert.rejects(index.putDocument([makePassage({ content })]), (error: MentorError) => {
      assert.equal(error.details['status'], 413);
      assert.match(error.message, /too large/);
      assert.equal(error.details['isRetryable'], false);
      return true;
    });
  });

  it('refuses vectors of another length than the index has', async (t) => {
    const { index } = await openAzureIndex(t);
    await index.ensureIndex();
    const contentVector = Float32Array.of(1, 0);
    await assert.rejects(index.putDocument([{ ...makePassage(), contentVector }]), {
      code: 'search-unavailable',
      message: /AZURE_SEARCH_INDEX|npm run ingest/,
    });
  });

  it('lists more documents than one answer holds', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    await index.putDocument([makePassage()]);
    const documents = server.indexes.get(indexName)?.documents;
    const [record] = [...(documents?.values() ?? [])];
    documents?.clear();
    for (let number = 0; number < 2_000; number += 1)
      documents?.set(`d${number}`, { ...record, id: `d${number}`, documentId: `d'${number}` });
    const listed = await index.listDocuments();
    assert.equal(new Set(listed.map((document) => document.documentId)).size, 2_000);
    assert.equal(server.requestsOf('search').length, 4);
  });
});
