import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type AiSearchServer, startAiSearchServer } from './ai-search-server.ts';

const key = { name: 'id', type: 'Edm.String', key: true, searchable: false };
const text = { name: 'text', type: 'Edm.String', analyzer: 'en.lucene', sortable: false };
const kind = { name: 'kind', type: 'Edm.String', searchable: false, filterable: true };
const hidden = { name: 'hidden', type: 'Edm.String', searchable: false, filterable: false };
const vector = {
  name: 'vector',
  type: 'Collection(Edm.Single)',
  dimensions: 2,
  vectorSearchProfile: 'profile',
};
const vectorSearch = {
  algorithms: [{ name: 'hnsw', kind: 'hnsw', hnswParameters: { m: 4, metric: 'cosine' } }],
  profiles: [{ name: 'profile', algorithm: 'hnsw' }],
};
const fields = [key, text, kind, hidden, vector];

/** So that what other tests rest on is itself held against what the service documents. */
describe('the server that speaks the protocol of Azure AI Search', () => {
  let server: AiSearchServer;
  before(async () => {
    server = await startAiSearchServer();
    assert.equal((await send('PUT', '', { fields, vectorSearch })).status, 201);
    const documents = [
      { id: 'a', text: 'Learning gardens', kind: 'guide', vector: [1, 0] },
      { id: 'b', text: 'Gardens and more gardens, in every town', kind: 'faq', vector: [0, 1] },
      { id: 'c', text: 'A zebra among gardens', kind: 'faq' },
    ];
    const value = documents.map((document) => ({ '@search.action': 'upload', ...document }));
    assert.equal((await send('POST', '/docs/search.index', { value })).status, 200);
  });
  after(() => server.close());

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { 'api-key': server.adminKey },
  ) {
    const address = `${server.endpoint}/indexes('tests')${path}?api-version=2026-04-01`;
    const response = await fetch(address, {
      method,
      headers: { 'content-type': 'application/json', prefer: 'return=representation', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    const isJson = answer.startsWith('{');
    return { status: response.status, answer: isJson ? JSON.parse(answer) : answer };
  }
  const search = (body: Record<string, unknown>) =>
    send('POST', '/docs/search.post.search', { queryType: 'full', ...body });
  const found = async (body: Record<string, unknown>) => {
    const { status, answer } = await search(body);
    assert.equal(status, 200, JSON.stringify(answer));
    return (answer.value as { id: string }[]).map((document) => document.id);
  };

  it('lets nobody in without a key, and a query key only to read', async () => {
    const statusOf = async (method: string, path: string, headers: Record<string, string>) =>
      (await send(method, path, undefined, headers)).status;
    assert.equal(await statusOf('GET', '', {}), 401);
    assert.equal(await statusOf('GET', '', { authorization: 'Bearer x' }), 401);
    assert.equal(await statusOf('GET', '', { 'api-key': 'wrong' }), 403);
    assert.equal(await statusOf('GET', '', { 'api-key': server.queryKey }), 403);
    assert.equal(await statusOf('GET', '/docs/$count', { 'api-key': server.queryKey }), 200);
    assert.equal((await fetch(`${server.endpoint}/indexes('tests')/docs/$count`)).status, 401);
  });

  it('changes an index only by adding to it', async () => {
    const put = (changed: readonly unknown[], headers = {}) =>
      send(
        'PUT',
        '',
        { fields: changed, vectorSearch },
        { 'api-key': server.adminKey, ...headers },
      );
    const refusals: [readonly unknown[], string][] = [
      [[key, text, kind, hidden], 'CannotDeleteExistingField'],
      [[key, text, { ...kind, filterable: false }, hidden, vector], 'CannotChangeExistingField'],
      [[key, text, kind, hidden, { ...vector, dimensions: 3 }], 'CannotChangeExistingField'],
    ];
    for (const [changed, code] of refusals) {
      const { status, answer } = await put(changed);
      assert.deepEqual([status, answer.error.details[0].code], [400, code]);
    }
    assert.equal((await put(fields, { 'if-match': '"0xOLD"' })).status, 412);
    assert.equal((await put(fields, { 'if-none-match': '*' })).status, 412);
    assert.equal((await put([...fields, { name: 'more', type: 'Edm.Int32' }])).status, 200);
    assert.equal((await send('GET', '')).answer.fields.length, 6);
    assert.equal((await send('GET', '/docs/$count')).answer, '3');
  });

  it('refuses a definition that the service refuses', async () => {
    const definitions = [
      { fields: [text] },
      { fields: [key, { ...key, name: 'other' }] },
      { fields: [key, { ...text, name: '1text' }] },
      { fields: [key, { ...text, analyzer: 'xx.lucene' }] },
      { fields: [key, { ...vector, dimensions: 5_000 }], vectorSearch },
      { fields: [key, { ...vector, vectorSearchProfile: 'none' }], vectorSearch },
      { fields: [key], colour: 'red' },
      { fields: [key], scoringProfiles: [{ name: 'p', text: { weights: { id: 1 } } }] },
    ];
    for (const definition of definitions)
      assert.equal((await send('PUT', '', definition)).status, 400, JSON.stringify(definition));
  });

  it('refuses a batch with a wrong document, and gives each item of a right one its status', async () => {
    const write = (...value: unknown[]) => send('POST', '/docs/search.index', { value });
    const upload = { '@search.action': 'upload' };
    const wrong = [{ id: 'x#1' }, { id: '_x' }, { id: 'x', colour: 'red' }, { id: 'x', text: 1 }];
    for (const document of [...wrong, { id: 'x', vector: [1, 2, 3] }])
      assert.equal((await write({ ...upload, ...document })).status, 400, JSON.stringify(document));
    const many = Array.from({ length: 1_001 }, (_, number) => ({ ...upload, id: `n${number}` }));
    assert.equal((await write(...many)).status, 400);
    const merged = await write({ '@search.action': 'merge', id: 'no' }, { ...upload, id: 'yes' });
    assert.equal(merged.status, 207);
    assert.deepEqual(
      merged.answer.value.map((item: { statusCode: number }) => item.statusCode),
      [404, 201],
    );
    await write({ '@search.action': 'delete', id: 'yes' });
  });

  it('ranks by BM25, stems, phrases, boosts and what is spelt alike', async () => {
    assert.deepEqual(await found({ search: 'garden zebra' }), ['c', 'b', 'a']);
    assert.deepEqual(await found({ search: 'learned OR zebra^9' }), ['c', 'a']);
    assert.deepEqual(await found({ search: '"more gardens"' }), ['b']);
    assert.deepEqual(await found({ search: 'zebro~1' }), ['c']);
    assert.deepEqual(await found({ search: 'zzbro~1' }), []);
    assert.deepEqual(await found({ search: String.raw`\(zebra\)` }), ['c']);
    assert.deepEqual((await found({ search: '*' })).length, 3);
  });

  it('finds the nearest vectors and fuses by reciprocal rank', async () => {
    const vectorQueries = [{ kind: 'vector', vector: [0.6, 0.8], k: 5, fields: 'vector' }];
    const near = await search({ vectorQueries, debug: 'vector' });
    assert.deepEqual(
      near.answer.value.map((hit: Record<string, unknown>) => hit['@search.score']),
      [1 / (2 - 0.8), 1 / (2 - 0.6)],
    );
    const hybrid = await search({ search: 'learning', vectorQueries });
    assert.deepEqual(
      hybrid.answer.value.map((hit: Record<string, unknown>) => [hit['id'], hit['@search.score']]),
      [
        ['a', 1 / 61 + 1 / 62],
        ['b', 1 / 61],
      ],
    );
    const long = [{ kind: 'vector', vector: [1, 2, 3], fields: 'vector' }];
    assert.equal((await search({ vectorQueries: long })).status, 400);
  });

  it('filters, orders, counts and cuts', async () => {
    const filter = "(kind eq 'faq' or kind eq 'none') and id ne 'b'";
    assert.deepEqual(await found({ search: '*', filter }), ['c']);
    const orderby = 'id desc';
    assert.deepEqual(await found({ search: '*', orderby, skip: 1, top: 1 }), ['b']);
    const { answer } = await search({ search: '*', count: true, top: 1, select: 'id' });
    assert.equal(answer['@odata.count'], 3);
    assert.deepEqual(Object.keys(answer.value[0]), ['@search.score', 'id']);
  });

  it('refuses what the service refuses, and what it does not know itself', async () => {
    const wrong = [
      { search: '(open' },
      { search: '"open' },
      { search: 'a OR' },
      { search: '~' },
      { filter: "hidden eq 'x'" },
      { filter: "colour eq 'x'" },
      { filter: "kind eq 'x" },
      { filter: 'kind eq 5' },
      { filter: "kind eq 'x' and" },
      { orderby: 'text' },
      { select: 'colour' },
      { searchFields: 'kind' },
      { scoringProfile: 'none' },
      { semanticQuery: 'x', semanticConfiguration: 'none' },
    ];
    for (const body of wrong)
      assert.equal((await search({ search: '*', ...body })).status, 400, JSON.stringify(body));
    const unknown = [
      { search: 'a AND b' },
      { search: 'text:a' },
      { search: 'a*' },
      { filter: "not kind eq 'x'" },
      { facets: ['kind'] },
    ];
    for (const body of unknown) {
      const { status } = await search({ search: '*', ...body });
      assert.ok(status === 501 || status === 400, JSON.stringify(body));
    }
  });
});
