import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { KnowledgeResults, KnowledgeStats } from '#api/v1/schemas/knowledge.ts';
import { MentorError } from '#errors.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { type ApiHost, startApi } from '#test/helpers/start-api.ts';

const path = '/api/v1/knowledge';

describe('the knowledge routes', () => {
  let host: ApiHost;
  before(async () => {
    host = await startApi();
    for (const [documentId, changes] of [
      [
        'rag',
        { category: 'Technical Skills', documentType: 'guide', careerPaths: ['ai_engineer'] },
      ],
      [
        'pay',
        {
          category: 'Industry Insights',
          documentType: 'faq',
          careerPaths: ['any'],
          collection: '/srv/secret/handbook',
        },
      ],
      ['loop', { category: 'Interview Prep', documentType: 'guide', careerPaths: ['ai_engineer'] }],
    ] as const)
      await host.index.putDocument([
        makePassage({
          ...changes,
          id: `${documentId}#0`,
          documentId,
          title: `About ${documentId}`,
          section: 'Retrieval at work',
          content: 'Retrieval finds passages. It is asked about in interviews.',
          sourceUrl: `/articles/${documentId}`,
        }),
      ]);
  });
  after(() => host.close());
  const search = async (query: string) => {
    const response = await host.call('GET', `${path}/search?${query}`);
    assert.equal(response.status, 200);
    return (await response.json()) as KnowledgeResults;
  };
  const idsOf = ({ results }: KnowledgeResults) =>
    results.map(({ documentId }) => documentId).toSorted();

  it('find passages with the way to them, and say how they divide', async () => {
    const found = await search('q=retrieval');
    assert.deepEqual(idsOf(found), ['loop', 'pay', 'rag']);
    assert.equal(found.total, 3);
    assert.match(found.results[0]?.sourceUrl ?? '', /^https:\/\/mentor\.example\/articles\//);
    assert.deepEqual(found.facets.documentType, [
      { value: 'guide', count: 2 },
      { value: 'faq', count: 1 },
    ]);
    assert.deepEqual(found.facets.careerPath[0], { value: 'ai_engineer', count: 2 });
  });

  it('keep to the filters, of which any value will do and all must fit', async () => {
    assert.deepEqual(idsOf(await search('q=retrieval&documentType=guide')), ['loop', 'rag']);
    assert.deepEqual(
      idsOf(await search('q=retrieval&documentType=guide&documentType=faq&careerPath=ai_engineer')),
      ['loop', 'rag'],
    );
    assert.deepEqual(idsOf(await search('q=retrieval&category=Interview+Prep')), ['loop']);
    assert.deepEqual(idsOf(await search('q=retrieval&category=Nothing')), []);
    assert.equal((await search('q=retrieval&limit=1')).results.length, 1);
    assert.equal((await search('q=retrieval&limit=1')).total, 3);
  });

  it('find nothing in what is no word, and refuse what is no query', async () => {
    assert.deepEqual((await search('q=%22%27*(')).results, []);
    for (const query of ['', 'q=', 'q=%20', 'q=a&limit=51', 'q=a&documentType=poem', 'q=a&q=b'])
      assert.equal((await host.call('GET', `${path}/search?${query}`)).status, 400, query);
  });

  it('count what there is', async () => {
    const response = await host.call('GET', `${path}/stats`);
    const stats = (await response.json()) as KnowledgeStats;
    assert.equal(stats.documents, 3);
    assert.equal(stats.passages, 3);
    assert.deepEqual(
      stats.categories.map(({ category }) => category),
      ['Industry Insights', 'Interview Prep', 'Technical Skills'],
    );
    const collections = stats.collections.map(({ collection }) => collection);
    assert.deepEqual(collections, ['articles', 'handbook'], 'paths of the machine are not told');
  });

  it('search by meaning as well, and by words alone where that fails', async () => {
    const vectors: (Float32Array | undefined)[] = [];
    let isBroken = false;
    const other = await startApi({
      changes: {
        index: {
          listDocuments: async () => [],
          removeDocument: async () => false,
          search: async ({ vector }) => {
            vectors.push(vector);
            return [];
          },
        },
        embeddings: {
          name: 'test',
          dimensions: 2,
          embed: async (texts: readonly string[]) => {
            if (isBroken) throw new MentorError('embeddings-unavailable', 'gone');
            return texts.map(() => new Float32Array([1, 0]));
          },
        } as never,
      },
    });
    try {
      await other.call('GET', `${path}/search?q=retrieval`);
      isBroken = true;
      assert.equal((await other.call('GET', `${path}/search?q=retrieval`)).status, 200);
      assert.deepEqual(vectors, [new Float32Array([1, 0]), undefined]);
    } finally {
      await other.close();
    }
  });
});
