import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import {
  type AccessToken,
  CredentialUnavailableError,
  type TokenCredential,
} from '@azure/identity';
import type { MentorError } from '#errors.ts';
import {
  type AzureAiSearchIndex,
  createAzureAiSearchIndex,
} from '#services/knowledge-index/azure-ai-search.ts';
import type { Fault } from '#test/helpers/ai-search-server/faults.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { createTrustedCertificate } from '#test/helpers/tls-certificate.ts';
import { openAzureIndex } from './open-azure-index.ts';

interface Expected {
  readonly setting: string;
  readonly isRetryable: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;
}

type Call = () => Promise<unknown>;

/** Every way in fails alike: with the code, the setting and no secret. */
async function assertFails(calls: readonly Call[], expected: Expected): Promise<void> {
  for (const call of calls) {
    const error = await call().then(
      () => assert.fail('it did not fail'),
      (thrown: unknown) => thrown as MentorError,
    );
    assert.equal(error.code, 'search-unavailable', error.stack);
    assert.equal(error.details['setting'], expected.setting, error.message);
    assert.equal(error.details['isRetryable'], expected.isRetryable, error.message);
    assert.equal(error.details['status'], expected.status);
    assert.equal(error.details['retryAfterMs'], expected.retryAfterMs);
    assert.doesNotMatch(error.message, /127\.0\.0\.1|https?:/);
    assert.doesNotMatch(error.row.userText, /azure|key|setting/i);
    assert.doesNotMatch(inspect(error, { depth: 10 }), /key-of-the-test|secret-token/);
  }
}

function callsOf(index: AzureAiSearchIndex): Call[] {
  return [
    () => index.search({ text: 'salary', limit: 5 }),
    () => index.getDocument('article'),
    () => index.listDocuments(),
    () => index.putDocument([makePassage()]),
    () => index.removeDocument('article'),
    () => index.check(),
  ];
}

async function openFaulty(t: TestContext, fault: Fault, options: { timeoutMs?: number } = {}) {
  const opened = await openAzureIndex(t, { retries: 0, ...options });
  await opened.index.ensureIndex();
  opened.server.faults.fail(fault, { times: Number.POSITIVE_INFINITY });
  return opened;
}

describe('Azure AI Search when it fails', () => {
  const statuses: [status: number, setting: string, isRetryable: boolean][] = [
    [400, 'AZURE_SEARCH_INDEX', false],
    [401, 'AZURE_SEARCH_API_KEY', false],
    [403, 'AZURE_SEARCH_API_KEY', false],
    [404, 'AZURE_SEARCH_ENDPOINT', false],
    [408, 'AZURE_SEARCH_ENDPOINT', true],
    [409, 'AZURE_SEARCH_INDEX', true],
    [412, 'AZURE_SEARCH_INDEX', true],
    [413, 'AZURE_SEARCH_INDEX', false],
    [429, 'AZURE_SEARCH_ENDPOINT', true],
    [500, 'AZURE_SEARCH_ENDPOINT', true],
    [503, 'AZURE_SEARCH_ENDPOINT', true],
  ];
  for (const [status, setting, isRetryable] of statuses)
    it(`names ${setting} for status ${status}`, async (t) => {
      const { index } = await openFaulty(t, { type: 'status', status });
      await assertFails(callsOf(index), { setting, isRetryable, status });
    });

  it('names the key when it is wrong, and when a query key is used for writing', async (t) => {
    const { connect, server } = await openAzureIndex(t);
    await connect().ensureIndex();
    const expected = { setting: 'AZURE_SEARCH_API_KEY', isRetryable: false, status: 403 };
    const wrong = connect({ apiKey: 'wrong-key-of-the-test' });
    await assertFails([...callsOf(wrong), () => wrong.ensureIndex()], expected);
    const reader = connect({ apiKey: server.queryKey });
    await reader.search({ text: 'salary', limit: 5 });
    assert.equal((await reader.check()).passages, 0);
    await assertFails(
      [() => reader.putDocument([makePassage()]), () => reader.ensureIndex()],
      expected,
    );
  });

  it('names the index when there is none of that name', async (t) => {
    const { index } = await openAzureIndex(t, { indexName: 'no-such-index' });
    const expected = { setting: 'AZURE_SEARCH_INDEX', isRetryable: false, status: 404 };
    await assertFails(callsOf(index), expected);
  });

  it('names the endpoint when nothing listens there, or something else does', async (t) => {
    const { connect } = await openAzureIndex(t);
    const other = createServer((_, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
    });
    const endpoint = `http://127.0.0.1:${await listenLocally(other)}`;
    const expected = { setting: 'AZURE_SEARCH_ENDPOINT', isRetryable: false, status: 404 };
    const elsewhere = connect({ endpoint, retries: 0 });
    await assertFails([...callsOf(elsewhere), () => elsewhere.ensureIndex()], expected);
    await stopServer(other);
    const nowhere = connect({ endpoint, retries: 0 });
    const unreachable = { setting: 'AZURE_SEARCH_ENDPOINT', isRetryable: true };
    await assertFails([...callsOf(nowhere), () => nowhere.ensureIndex()], unreachable);
  });

  it('does not wait for ever', async (t) => {
    const { index } = await openFaulty(t, { type: 'hang' }, { timeoutMs: 100 });
    const expected = { setting: 'AZURE_SEARCH_ENDPOINT', isRetryable: true };
    await assertFails([...callsOf(index), () => index.ensureIndex()], expected);
  });

  for (const when of ['before', 'within'] as const)
    it(`survives a connection that is cut ${when} the answer`, async (t) => {
      const { index } = await openFaulty(t, { type: 'cut', when });
      const expected = { setting: 'AZURE_SEARCH_ENDPOINT', isRetryable: true };
      await assertFails(callsOf(index), expected);
    });

  it('survives an answer that is no JSON', async (t) => {
    const { index } = await openFaulty(t, { type: 'invalid-json' });
    const expected = { setting: 'AZURE_SEARCH_ENDPOINT', isRetryable: true };
    await assertFails(callsOf(index), { ...expected, status: 200 });
  });

  it('survives JSON that is no answer of a search service', async (t) => {
    const { index } = await openFaulty(t, { type: 'other-json' });
    const expected = { setting: 'AZURE_SEARCH_ENDPOINT', isRetryable: false };
    await assertFails([...callsOf(index), () => index.ensureIndex()], expected);
  });

  it('says so where the index holds passages of another program', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    const documents = server.indexes.get('knowledge-base-index')?.documents;
    documents?.set('x', { id: 'x', part: 'body', title: 'salary', documentId: 'x', chunkIndex: 0 });
    const calls = [() => index.search({ text: 'salary', limit: 1 }), () => index.getDocument('x')];
    await assertFails(calls, { setting: 'AZURE_SEARCH_ENDPOINT', isRetryable: false });
  });

  it('tries again as soon as the service allows, and answers', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    await index.putDocument([makePassage({ content: 'Salary.' })]);
    const before = server.requestsOf('search').length;
    server.faults.fail({ type: 'status', status: 429, retryAfter: '0' }, { on: ['search'] });
    server.faults.fail({ type: 'status', status: 503 }, { on: ['search'] });
    assert.equal((await index.search({ text: 'salary', limit: 5 })).length, 1);
    assert.equal(server.requestsOf('search').length, before + 3);
  });

  it('tries no more than three times', async (t) => {
    const { index, server } = await openAzureIndex(t);
    await index.ensureIndex();
    server.faults.fail({ type: 'status', status: 503 }, { times: 10, on: ['search'] });
    await assert.rejects(index.listDocuments());
    assert.equal(server.requestsOf('search').length, 3);
  });

  for (const status of [429, 503])
    it(`says at once how long to wait where ${status} asks for more time than a call has`, async (t) => {
      const { index, server } = await openAzureIndex(t);
      await index.ensureIndex();
      server.faults.fail({ type: 'status', status, retryAfter: '60' }, { times: 9 });
      await assertFails([() => index.listDocuments()], {
        setting: 'AZURE_SEARCH_ENDPOINT',
        isRetryable: true,
        status,
        retryAfterMs: 60_000,
      });
      assert.equal(server.requestsOf('search').length, 1);
    });
});

describe('the identity in front of Azure AI Search', () => {
  const credentialOf = (token: string): TokenCredential => ({
    getToken: async (): Promise<AccessToken> => ({
      token,
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  });

  it('serves where no key is given; one that expired or lacks its roles is named', async (t) => {
    const { server } = await openAzureIndex(
      t,
      {},
      {
        certificate: createTrustedCertificate(),
        judgeToken: (token) => {
          if (token === 'secret-token-of-nobody') return 'without-role';
          return token === 'secret-token' ? 'allowed' : 'unknown';
        },
      },
    );
    const connect = (credential: TokenCredential) =>
      createAzureAiSearchIndex({
        endpoint: server.endpoint,
        credential,
        dimensions: 3,
        timeoutMs: 5_000,
        retries: 0,
      });
    const index = connect(credentialOf('secret-token'));
    assert.equal(await index.ensureIndex(), 'created');
    assert.equal((await index.check()).passages, 0);
    const setting = 'AZURE_SEARCH_API_KEY';
    const expired = connect(credentialOf('secret-token-of-yesterday'));
    await assertFails(callsOf(expired), { setting, isRetryable: false, status: 401 });
    const nobody = connect(credentialOf('secret-token-of-nobody'));
    await assertFails(callsOf(nobody), { setting, isRetryable: false, status: 403 });
    const absent = connect({
      getToken: () => Promise.reject(new CredentialUnavailableError('none of them worked')),
    });
    await assertFails(callsOf(absent), { setting, isRetryable: false });
  });
});

describe('settings that can never work', () => {
  const options = { dimensions: 3, timeoutMs: 1_000 };
  const cases = [
    { endpoint: 'my-service', apiKey: 'k', setting: 'AZURE_SEARCH_ENDPOINT' },
    { endpoint: 'ftp://example.org', apiKey: 'k', setting: 'AZURE_SEARCH_ENDPOINT' },
    { endpoint: 'http://search.example.org', apiKey: 'k', setting: 'AZURE_SEARCH_ENDPOINT' },
    { endpoint: 'https://search.example.org', apiKey: 'a key', setting: 'AZURE_SEARCH_API_KEY' },
    { endpoint: 'https://search.example.org', apiKey: 'key\n', setting: 'AZURE_SEARCH_API_KEY' },
  ];
  for (const { endpoint, apiKey, setting } of cases)
    it(`are refused before the first call: ${JSON.stringify([endpoint, apiKey])}`, () => {
      assert.throws(
        () =>
          createAzureAiSearchIndex({ ...options, endpoint, apiKey, allowInsecureConnection: true }),
        { code: 'config-invalid', message: new RegExp(setting) },
      );
    });
});
