import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { CosmosClient } from '@azure/cosmos';
import { CredentialUnavailableError } from '@azure/identity';
import {
  type ContainerDefinition,
  cosmosClientOptions,
  openCosmosDatabase,
} from '#services/azure/cosmos-database.ts';
import { assertStoreError } from '#test/helpers/assert-store-error.ts';
import { type CosmosEmulator, startCosmosEmulator } from '#test/helpers/cosmos-emulator.ts';
import { createTrustedCertificate } from '#test/helpers/tls-certificate.ts';
import { useCosmosEmulator } from './cosmos-test-database.ts';

const cosmos = useCosmosEmulator();

const definition: ContainerDefinition = {
  id: 'things',
  partitionKeyPath: '/owner',
  indexedPaths: ['/owner', '/kind'],
  expires: true,
};

/** The SDK itself, to prepare and to look at what lies beneath. */
function createClient() {
  return new CosmosClient({
    endpoint: cosmos.emulator.endpoint,
    key: cosmos.emulator.key,
    connectionPolicy: { enableEndpointDiscovery: false },
  });
}

describe('the database', () => {
  it('has the connections, the time and the tries that the architecture fixes', () => {
    const options = cosmosClientOptions(
      { endpoint: 'https://mentor.documents.azure.com/', access: { key: 'a' } },
      30_000,
    );
    assert.equal((options.agent as unknown as Agent).maxSockets, 50);
    assert.equal(options.connectionPolicy?.requestTimeout, 30_000);
    assert.equal(options.connectionPolicy?.retryOptions?.maxRetryAttemptCount, 3);
  });

  it('asks the service for nothing before a store needs it', async () => {
    const before = cosmos.proxy.requests.length;
    const database = cosmos.openDatabase();
    database.container(definition);
    database.close();
    assert.equal(cosmos.proxy.requests.length, before);
  });

  it('creates what is missing, with its partition key, its index and expiry', async () => {
    const databaseId = `test-${randomUUID()}`;
    const container = cosmos.openDatabase({ databaseId }).container(definition);
    await container.upsert({ id: 'a', owner: 'ada' });
    const { resource } = await createClient().database(databaseId).container('things').read();
    assert.deepEqual(resource?.partitionKey?.paths, ['/owner']);
    assert.equal(resource?.defaultTtl, -1);
    assert.deepEqual(
      resource?.indexingPolicy?.includedPaths?.map(({ path }) => path),
      ['/owner/?', '/kind/?'],
    );
  });

  it('takes what another replica creates in the same moment', async () => {
    const databaseId = `test-${randomUUID()}`;
    const containers = Array.from({ length: 4 }, () =>
      cosmos.openDatabase({ databaseId }).container(definition),
    );
    await Promise.all(
      containers.map((container, index) => container.upsert({ id: `${index}`, owner: 'ada' })),
    );
    const found = await containers[0]?.query({ query: 'SELECT * FROM c' }, 'ada');
    assert.equal(found?.length, 4);
  });

  it('switches expiry on for a container that somebody created without', async () => {
    const databaseId = `test-${randomUUID()}`;
    const { database } = await createClient().databases.create({ id: databaseId });
    await database.containers.create({ id: 'things', partitionKey: { paths: ['/owner'] } });
    await cosmos.openDatabase({ databaseId }).container(definition).upsert({ id: 'a', owner: 'b' });
    assert.equal((await database.container('things').read()).resource?.defaultTtl, -1);
  });

  it('refuses a container that is partitioned by something else', async () => {
    const databaseId = `test-${randomUUID()}`;
    const { database } = await createClient().databases.create({ id: databaseId });
    await database.containers.create({ id: 'things', partitionKey: { paths: ['/other'] } });
    await assert.rejects(
      cosmos.openDatabase({ databaseId }).container(definition).read('a', 'ada'),
      {
        code: 'data-unavailable',
        message: /partitioned by \/other.*needs \/owner/,
        details: { setting: 'AZURE_COSMOS_DATABASE', isRetryable: false },
      },
    );
  });

  it('creates a container anew that somebody removed', async () => {
    const databaseId = `test-${randomUUID()}`;
    const container = cosmos.openDatabase({ databaseId }).container(definition);
    await container.upsert({ id: 'a', owner: 'ada' });
    await createClient().database(databaseId).container('things').delete();
    await assertStoreError(
      container.read('a', 'ada'),
      { setting: 'AZURE_COSMOS_DATABASE', status: 404, isRetryable: false },
      cosmos.emulator.key,
    );
    assert.equal(await container.read('a', 'ada'), undefined);
  });

  it('refuses an address that is none', () => {
    assert.throws(
      () => openCosmosDatabase({ endpoint: 'nonsense', access: { key: 'a' }, databaseId: 'a' }),
      { code: 'config-invalid', message: /AZURE_COSMOS_ENDPOINT/ },
    );
  });
});

describe('access', () => {
  let emulator: CosmosEmulator;
  before(async () => {
    emulator = await startCosmosEmulator(createTrustedCertificate());
  });
  after(() => emulator.close());

  const openAs = (
    databaseId: string,
    getToken: () => Promise<{ token: string; expiresOnTimestamp: number }>,
  ) =>
    openCosmosDatabase({
      endpoint: emulator.endpoint,
      access: { credential: { getToken } },
      databaseId,
    }).container(definition);
  const token = async () => ({
    token: emulator.identityToken,
    expiresOnTimestamp: Date.now() + 3_600_000,
  });

  it('by an identity needs no key where the deployment created the container', async () => {
    const databaseId = `test-${randomUUID()}`;
    const deployed = openCosmosDatabase({
      endpoint: emulator.endpoint,
      access: { key: emulator.key },
      databaseId,
    });
    await deployed.container(definition).upsert({ id: 'a', owner: 'b' });
    assert.ok(await openAs(databaseId, token).read('a', 'b'));
  });

  it('by an identity says so where the container is missing, for it may not create one', async () => {
    await assert.rejects(openAs(`test-${randomUUID()}`, token).read('a', 'b'), {
      code: 'data-unavailable',
      message: /opening the database.*403.*Cosmos DB Built-in Data Contributor/,
      details: { setting: 'AZURE_COSMOS_KEY', status: 403, isRetryable: false },
    });
  });

  it('by an expired identity names the setting and shows no token', async () => {
    const expired = async () => ({
      token: 'long-expired',
      expiresOnTimestamp: Date.now() + 60_000,
    });
    await assertStoreError(
      openAs('any', expired).read('a', 'b'),
      { setting: 'AZURE_COSMOS_KEY', status: 401, isRetryable: false },
      'long-expired',
    );
  });

  it('without any identity says what to set', async () => {
    const none = () => Promise.reject(new CredentialUnavailableError('nobody signed in'));
    await assert.rejects(openAs('any', none).read('a', 'b'), {
      code: 'data-unavailable',
      message: /no identity could sign in; set AZURE_COSMOS_KEY/,
      details: { setting: 'AZURE_COSMOS_KEY', isRetryable: false },
    });
  });

  it('by a wrong key names the setting and shows no key', async () => {
    const key = Buffer.from('a wrong key').toString('base64');
    await assertStoreError(
      cosmos.openDatabase({ key }).container(definition).read('a', 'b'),
      { setting: 'AZURE_COSMOS_KEY', status: 401, isRetryable: false },
      key,
    );
  });
});
