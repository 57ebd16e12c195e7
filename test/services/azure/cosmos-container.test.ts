import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { CosmosContainer } from '#services/azure/cosmos-container.ts';
import { type CosmosDatabase, openCosmosDatabase } from '#services/azure/cosmos-database.ts';
import { assertStoreError, type ExpectedFailure } from '#test/helpers/assert-store-error.ts';
import type { Fault, RecordedRequest } from '#test/helpers/fault-proxy.ts';
import { useCosmosEmulator } from './cosmos-test-database.ts';

const cosmos = useCosmosEmulator();
const isBatch = ({ headers }: RecordedRequest) =>
  headers['x-ms-cosmos-is-batch-request'] === 'true';

let database: CosmosDatabase;
let container: CosmosContainer;
beforeEach(async () => {
  database = cosmos.openDatabase({ timeoutMs: 1_500 });
  container = database.container({
    id: 'things',
    partitionKeyPath: '/owner',
    indexedPaths: ['/owner'],
    expires: false,
  });
  await container.upsert({ id: 'known', owner: 'ada', count: 1 });
});
afterEach(() => {
  cosmos.proxy.heal();
  database.close();
});

const idsOf = async (owner: string) =>
  (await container.query<string>({ query: 'SELECT VALUE c.id FROM c' }, owner)).toSorted();

describe('a batch', () => {
  const eTagOf = async (id: string) => (await container.read(id, 'ada'))?._etag ?? '';

  it('writes all of its steps', async () => {
    const outcome = await container.batch('ada', [
      { replace: { id: 'known', owner: 'ada', count: 2 }, ifMatch: await eTagOf('known') },
      { create: { id: 'new', owner: 'ada' } },
    ]);
    assert.equal(outcome, 'done');
    assert.deepEqual(await idsOf('ada'), ['known', 'new']);
    assert.equal((await container.read<{ count: number }>('known', 'ada'))?.count, 2);
  });

  it('writes nothing where an id is taken, an item changed or gone', async () => {
    const first = { create: { id: 'new', owner: 'ada' } };
    const taken = { create: { id: 'known', owner: 'ada' } };
    const changed = { replace: { id: 'known', owner: 'ada' }, ifMatch: '"another"' };
    assert.equal(await container.batch('ada', [first, taken]), 'taken');
    assert.equal(await container.batch('ada', [first, changed]), 'changed');
    assert.equal(await container.batch('ada', [first, { delete: 'unknown' }]), 'gone');
    assert.equal(await container.batch('ada', [first, first]), 'taken');
    assert.deepEqual(await idsOf('ada'), ['known']);
  });

  it('waits where one of its steps is throttled, and gives up after three more tries', async () => {
    const throttled: Fault = {
      status: 207,
      headers: { 'x-ms-retry-after-ms': '1' },
      body: JSON.stringify([{ statusCode: 429 }]),
    };
    const steps = [{ create: { id: 'new', owner: 'ada' } }];
    cosmos.proxy.fail(throttled, { times: 3, when: isBatch });
    assert.equal(await container.batch('ada', steps), 'done');
    cosmos.proxy.fail(throttled, { when: isBatch });
    const before = cosmos.proxy.requests.length;
    await assertStoreError(
      container.batch('ada', steps),
      { setting: 'AZURE_COSMOS_ENDPOINT', status: 429, isRetryable: true, retryAfterMs: 1 },
      cosmos.emulator.key,
    );
    assert.equal(cosmos.proxy.requests.length - before, 4);
  });
});

describe('a partition', () => {
  it('is all that a query sees which names it', async () => {
    await container.upsert({ id: 'other', owner: 'bob' });
    assert.deepEqual(await idsOf('ada'), ['known']);
    assert.equal((await container.query({ query: 'SELECT * FROM c' })).length, 2);
  });

  it('is named with every request for an item', async () => {
    const before = cosmos.proxy.requests.length;
    await container.read('known', 'ada');
    await container.upsert({ id: 'known', owner: 'ada' });
    await container.batch('ada', [{ delete: 'known' }]);
    await container.delete('known', 'ada');
    const named = cosmos.proxy.requests
      .slice(before)
      .map(({ headers }) => headers['x-ms-documentdb-partitionkey']);
    assert.deepEqual(named, ['["ada"]', '["ada"]', '["ada"]', '["ada"]']);
  });
});

describe('a failure', () => {
  const endpoint = 'AZURE_COSMOS_ENDPOINT';
  const key = 'AZURE_COSMOS_KEY';
  const faults: [string, Fault, ExpectedFailure][] = [
    ['400', { status: 400 }, { setting: endpoint, status: 400, isRetryable: false }],
    ['401', { status: 401 }, { setting: key, status: 401, isRetryable: false }],
    ['403', { status: 403 }, { setting: key, status: 403, isRetryable: false }],
    [
      '404',
      { status: 404, headers: { 'x-ms-substatus': '1003' } },
      { setting: 'AZURE_COSMOS_DATABASE', status: 404, isRetryable: false },
    ],
    ['408', { status: 408 }, { setting: endpoint, status: 408, isRetryable: true }],
    ['409', { status: 409 }, { setting: endpoint, status: 409, isRetryable: true }],
    ['412', { status: 412 }, { setting: endpoint, status: 412, isRetryable: true }],
    ['413', { status: 413 }, { setting: endpoint, status: 413, isRetryable: false }],
    ['429', { status: 429 }, { setting: endpoint, status: 429, isRetryable: true }],
    [
      '429 with a time to wait',
      { status: 429, headers: { 'x-ms-retry-after-ms': '2' } },
      { setting: endpoint, status: 429, isRetryable: true, retryAfterMs: 2 },
    ],
    ['500', { status: 500 }, { setting: endpoint, status: 500, isRetryable: true }],
    ['503', { status: 503 }, { setting: endpoint, status: 503, isRetryable: true }],
    ['503 without a body', { status: 503, body: '' }, { setting: endpoint, isRetryable: true }],
    ['a hang', 'hang', { setting: endpoint, isRetryable: true }],
    ['a cut connection', 'cut', { setting: endpoint, isRetryable: true }],
    [
      'something that is no Cosmos DB',
      { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } },
      { setting: endpoint, isRetryable: true },
    ],
  ];
  const calls: [string, () => Promise<unknown>][] = [
    ['reading', () => container.read('known', 'ada')],
    ['writing', () => container.upsert({ id: 'known', owner: 'ada' })],
    ['deleting', () => container.delete('known', 'ada')],
    ['asking', () => container.query({ query: 'SELECT * FROM c' }, 'ada')],
    ['a batch', () => container.batch('ada', [{ delete: 'known' }])],
  ];
  for (const [what, fault, expected] of faults)
    it(`by ${what} names the setting, and passes`, async () => {
      cosmos.proxy.fail(fault);
      await Promise.all(
        calls.map(([, call]) => assertStoreError(call(), expected, cosmos.emulator.key)),
      );
      cosmos.proxy.heal();
      await container.upsert({ id: 'known', owner: 'ada' });
    });

  it('of an item over 2 MB is told as such', async () => {
    const text = 'x'.repeat(2 * 1_024 * 1_024);
    await assertStoreError(
      container.upsert({ id: 'large', owner: 'ada', text }),
      { setting: endpoint, status: 413, isRetryable: false },
      cosmos.emulator.key,
    );
  });

  it('where nothing listens comes at once', async () => {
    const nowhere = openCosmosDatabase({
      endpoint: 'http://127.0.0.1:1/',
      access: { key: cosmos.emulator.key },
      databaseId: 'any',
    });
    await assertStoreError(
      nowhere
        .container({ id: 'a', partitionKeyPath: '/a', indexedPaths: [], expires: false })
        .read('a', 'a'),
      { setting: endpoint, isRetryable: true },
      cosmos.emulator.key,
    );
  });

  it('that throttles three times is waited for', async () => {
    cosmos.proxy.fail({ status: 429, headers: { 'x-ms-retry-after-ms': '1' } }, { times: 3 });
    assert.ok(await container.read('known', 'ada'));
  });
});
