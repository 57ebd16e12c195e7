import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { MentorError } from '#errors.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { openAzureIndex } from './open-azure-index.ts';

const indexName = 'knowledge-base-index';

/** Sends a definition to the service as an operator's own tool would. */
async function putIndex(endpoint: string, key: string, definition: Record<string, unknown>) {
  const address = `${endpoint}/indexes('${indexName}')?api-version=2026-04-01`;
  const response = await fetch(address, {
    method: 'PUT',
    headers: {
      'api-key': key,
      'content-type': 'application/json',
      prefer: 'return=representation',
    },
    body: JSON.stringify({ name: indexName, ...definition }),
  });
  assert.equal(response.status < 300, true, await response.text());
}

type Fields = Record<string, unknown>[];

async function openWithIndex(t: TestContext) {
  const opened = await openAzureIndex(t);
  assert.equal(await opened.index.ensureIndex(), 'created');
  const [request] = opened.server.requestsOf('write-index');
  const definition = request?.body ?? {};
  const fields = definition['fields'] as Fields;
  const field = (name: string) => fields.find((other) => other['name'] === name);
  return { ...opened, definition, fields, field };
}

describe('the index in Azure AI Search', () => {
  it('is created as the design has it', async (t) => {
    const { definition, field, server } = await openWithIndex(t);
    assert.equal(definition['name'], indexName);
    assert.deepEqual(field('id')?.['key'], true);
    assert.equal(field('content')?.['analyzer'], 'en.lucene');
    const vector = field('contentVector');
    assert.equal(vector?.['type'], 'Collection(Edm.Single)');
    assert.equal(vector?.['dimensions'], 3);
    assert.equal(vector?.['retrievable'], false);
    const { algorithms } = definition['vectorSearch'] as { algorithms: Fields };
    assert.deepEqual(algorithms[0]?.['hnswParameters'], {
      m: 4,
      efConstruction: 400,
      efSearch: 500,
      metric: 'cosine',
    });
    assert.equal(field('category')?.['filterable'], true);
    assert.equal(field('category')?.['facetable'], true);
    for (const name of ['targetAudience', 'careerPaths', 'documentType'])
      assert.equal(field(name)?.['filterable'], true, name);
    const { configurations } = definition['semantic'] as { configurations: Fields };
    assert.deepEqual(configurations[0]?.['prioritizedFields'], {
      titleField: { fieldName: 'title' },
      prioritizedContentFields: [{ fieldName: 'content' }],
      prioritizedKeywordsFields: [
        { fieldName: 'section' },
        { fieldName: 'questions' },
        { fieldName: 'tags' },
      ],
    });
    assert.ok(server.indexes.has(indexName));
  });

  it('takes another name and another semantic configuration', async (t) => {
    const { index, server } = await openAzureIndex(t, {
      indexName: 'campus',
      semanticConfiguration: 'mine',
    });
    await index.ensureIndex();
    const { definition } = server.indexes.get('campus') ?? {};
    assert.equal(definition?.semantic?.configurations[0]?.name, 'mine');
  });

  it('is left alone where it lacks nothing', async (t) => {
    const { index, server } = await openWithIndex(t);
    assert.equal(await index.ensureIndex(), 'unchanged');
    assert.equal(server.requestsOf('write-index').length, 1);
  });

  it('gets what it lacks, and keeps its passages and what an operator added', async (t) => {
    const { index, server, definition, fields } = await openWithIndex(t);
    const older = {
      ...definition,
      fields: [
        ...fields.filter((field) => field['name'] !== 'reviewBy'),
        { name: 'owner', type: 'Edm.String', filterable: true },
      ],
      scoringProfiles: [{ name: 'operators-own', text: { weights: { title: 9 } } }],
      semantic: null,
    };
    server.deleteIndex(indexName);
    await putIndex(server.endpoint, server.adminKey, older);
    server.indexes.get(indexName)?.documents.set('kept', { id: 'kept' });
    assert.equal(await index.ensureIndex(), 'updated');
    assert.ok(server.indexes.get(indexName)?.documents.has('kept'));
    const updated = server.indexes.get(indexName)?.definition;
    const names = updated?.fields.map((field) => field.name) ?? [];
    assert.ok(names.includes('reviewBy') && names.includes('owner'));
    assert.deepEqual(
      updated?.scoringProfiles.map((profile) => profile.name),
      ['operators-own', 'headings-first'],
    );
    assert.equal(updated?.semantic?.configurations.length, 1);
    assert.equal(await index.ensureIndex(), 'unchanged');
  });

  it('is written only where nobody changed it since it was read', async (t) => {
    const { index, server, definition, fields } = await openWithIndex(t);
    server.deleteIndex(indexName);
    const lacking = fields.filter((field) => field['name'] !== 'reviewBy');
    await putIndex(server.endpoint, server.adminKey, { ...definition, fields: lacking });
    const etag = server.indexes.get(indexName)?.etag;
    await index.ensureIndex();
    const { headers } = server.requestsOf('write-index').at(-1) ?? {};
    assert.equal(headers?.['if-match'], etag);
  });

  it('is refused with other dimensions, in a sentence that names the setting and the way out', async (t) => {
    const { connect, server, index } = await openWithIndex(t);
    await index.putDocument([makePassage()]);
    await assert.rejects(connect({ dimensions: 1_536 }).ensureIndex(), (error: MentorError) => {
      assert.equal(error.code, 'search-unavailable');
      assert.match(error.message, /contentVector has 3 dimensions instead of 1536/);
      assert.match(error.message, /EMBEDDING_DIMENSIONS/);
      assert.match(error.message, /npm run ingest -- --recreate/);
      assert.equal(error.details['setting'], 'EMBEDDING_DIMENSIONS');
      assert.equal(error.details['isRetryable'], false);
      return true;
    });
    assert.equal(server.requestsOf('delete-index').length, 0);
    assert.equal((await index.getDocument('article')).length, 1);
  });

  it('is refused with another key or with fields of another kind', async (t) => {
    const { server, index } = await openAzureIndex(t);
    await putIndex(server.endpoint, server.adminKey, {
      fields: [
        { name: 'chunk_id', type: 'Edm.String', key: true },
        { name: 'content', type: 'Edm.String', searchable: true, analyzer: 'standard.lucene' },
        { name: 'category', type: 'Edm.String', filterable: false },
        { name: 'version', type: 'Edm.String' },
      ],
    });
    await assert.rejects(index.ensureIndex(), (error: MentorError) => {
      assert.deepEqual(error.details['conflicts'], [
        'its key is chunk_id instead of id',
        'content is analysed by standard.lucene instead of en.lucene',
        'category is not filterable',
        'version is Edm.String instead of Edm.Int32',
      ]);
      assert.equal(error.details['setting'], 'AZURE_SEARCH_INDEX');
      return true;
    });
  });

  it('is deleted and built again only when told to', async (t) => {
    const { index, connect, server } = await openWithIndex(t);
    await index.putDocument([makePassage()]);
    const other = connect({ dimensions: 5 });
    assert.equal(await other.ensureIndex({ recreate: true }), 'recreated');
    assert.deepEqual(await other.listDocuments(), []);
    const vector = server.indexes
      .get(indexName)
      ?.definition.fields.find((field) => field.name === 'contentVector');
    assert.equal(vector?.dimensions, 5);
  });

  it('says which setting is wrong when its name is', async (t) => {
    const { index } = await openAzureIndex(t, { indexName: 'No Such_Name' });
    await assert.rejects(index.ensureIndex(), {
      code: 'search-unavailable',
      message: /AZURE_SEARCH_INDEX/,
    });
  });
});
