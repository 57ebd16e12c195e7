import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { AutoSaveStateMiddleware, ConversationState, TestAdapter } from 'botbuilder';
import type { BlobContainerOptions } from '#services/azure/blob-container.ts';
import { openBlobContainer } from '#services/azure/blob-container.ts';
import { createBlobBotStateStorage } from '#services/bot-state/azure-blobs.ts';
import { createBlobTranscriptStore } from '#services/transcripts/azure-blobs.ts';
import { describeBotStateStorage } from '#test/contracts/bot-state-storage.contract.ts';
import { makeActivity } from '#test/contracts/transcript-store.contract.ts';
import { assertStoreError, type ExpectedFailure } from '#test/helpers/assert-store-error.ts';
import { azuriteConnection, startAzurite } from '#test/helpers/azurite.ts';
import type { Fault } from '#test/helpers/fault-proxy.ts';
import { createTrustedCertificate } from '#test/helpers/tls-certificate.ts';
import { useAzurite } from '#test/services/azure/azurite-test-container.ts';

const azurite = useAzurite();
afterEach(() => azurite.proxy.heal());

describeBotStateStorage('azure-blobs', () => azurite.open(createBlobBotStateStorage));

const open = (changes: Partial<BlobContainerOptions> = {}) =>
  createBlobBotStateStorage({ ...azurite.containerOptions(), ...changes });

it('serves the state of the framework from turn to turn', async () => {
  const state = new ConversationState(open());
  const count = state.createProperty<number>('count');
  const adapter = new TestAdapter(async (context) => {
    const next = (await count.get(context, 0)) + 1;
    await count.set(context, next);
    await context.sendActivity(`turn ${next}`);
  });
  adapter.use(new AutoSaveStateMiddleware(state));
  await adapter.test('hello', 'turn 1').test('again', 'turn 2').startTest();
});

it('keeps apart keys that the SDK’s own escaping merges', async () => {
  const store = open();
  const keys = [
    'a',
    'a/',
    '/a',
    'a//b',
    'a/b',
    'k'.repeat(2_000),
    `${'k'.repeat(2_000)}x`,
    '\ud800',
  ];
  for (const [index, key] of keys.entries()) await store.write({ [key]: { index } });
  const items = await store.read(keys);
  assert.deepEqual(
    keys.map((key) => items[key].index),
    keys.map((_, index) => index),
  );
});

describe('a write of several items', () => {
  it('writes all of them where none is stale, and frees what it held', async () => {
    const store = open();
    await store.write({ one: { count: 1 }, two: { count: 1 } });
    const { one, two } = await store.read(['one', 'two']);
    await store.write({ one: { ...one, count: 2 }, two: { ...two, count: 2 }, new: { count: 2 } });
    const items = await store.read(['one', 'two', 'new']);
    assert.deepEqual(
      Object.values(items).map(({ count }) => count),
      [2, 2, 2],
    );
    await store.write(items);
    await store.delete(['one', 'two', 'new']);
  });

  it('lets exactly one of two writers win where they meet', async () => {
    const store = open();
    await store.write({ one: { by: 0 }, two: { by: 0 } });
    const items = await store.read(['one', 'two']);
    const by = (writer: number) => ({
      one: { ...items['one'], by: writer },
      two: { ...items['two'], by: writer },
    });
    const outcomes = await Promise.allSettled([store.write(by(1)), store.write(by(2))]);
    const winners = outcomes.filter(({ status }) => status === 'fulfilled').length;
    assert.ok(winners <= 1, 'never both');
    const { one, two } = await store.read(['one', 'two']);
    assert.equal(one.by, two.by, 'never a mixture');
  });

  it('tells an item without a condition from a conflict while another writer holds it', async () => {
    const options = azurite.containerOptions();
    const store = createBlobBotStateStorage(options);
    await store.write({ held: { count: 1 } });
    await openBlobContainer(options).run('holding', (container) =>
      container.getBlobClient('held.json').getBlobLeaseClient().acquireLease(15),
    );
    await assert.rejects(store.write({ held: { count: 2 } }), {
      code: 'data-unavailable',
      details: { status: 412, isRetryable: true },
    });
    await assert.rejects(store.delete(['held']), { code: 'data-unavailable' });
    const { held } = await store.read(['held']);
    await assert.rejects(store.write({ held }), /error writing "held" due to eTag conflict/);
  });
});

it('calls a blob that holds no JSON damaged', async () => {
  const options = azurite.containerOptions();
  const store = createBlobBotStateStorage(options);
  await openBlobContainer(options).run('spoiling', (container) =>
    container.getBlockBlobClient('key.json').upload('{"half":', 8),
  );
  await assert.rejects(store.read(['key']), { code: 'data-corrupt' });
});

describe('a failure of Blob storage', () => {
  const setting = 'AZURE_STORAGE_CONNECTION_STRING';
  const faults: [string, Fault, Omit<ExpectedFailure, 'setting'>][] = [
    ['401', { status: 401 }, { status: 401, isRetryable: false }],
    ['403', { status: 403 }, { status: 403, isRetryable: false }],
    ['408', { status: 408 }, { status: 408, isRetryable: true }],
    ['409', { status: 409 }, { status: 409, isRetryable: true }],
    ['413', { status: 413 }, { status: 413, isRetryable: false }],
    ['429', { status: 429 }, { status: 429, isRetryable: true }],
    [
      '429 with a time to wait',
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 429, isRetryable: true, retryAfterMs: 7_000 },
    ],
    ['500', { status: 500 }, { status: 500, isRetryable: true }],
    ['503', { status: 503, body: '' }, { status: 503, isRetryable: true }],
    ['a hang', 'hang', { isRetryable: true }],
    ['a lost answer', 'answer-lost', { isRetryable: true }],
    [
      'something that is no Blob storage',
      { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } },
      { isRetryable: true },
    ],
  ];
  for (const [what, fault, expected] of faults)
    it(`by ${what} names the setting, and passes`, async () => {
      const options = { ...azurite.containerOptions(), timeoutMs: 1_000 };
      const bot = createBlobBotStateStorage(options);
      const transcripts = createBlobTranscriptStore(options);
      // With the first call, and once the container is known to be there.
      for (const round of ['first', 'later']) {
        azurite.proxy.fail(fault);
        const calls = [
          () => bot.read(['key']),
          () => bot.write({ key: { round } }),
          () => bot.delete(['key']),
          async () => transcripts.logActivity(makeActivity('m')),
          () => transcripts.getTranscriptActivities('web', 'talk'),
          () => transcripts.listTranscripts('web'),
          () => transcripts.deleteTranscript('web', 'talk'),
        ];
        await Promise.all(
          calls.map((call) => assertStoreError(call(), { setting, ...expected }, accountKey)),
        );
        azurite.proxy.heal();
        await bot.write({ key: { round } });
        await transcripts.logActivity(makeActivity('m'));
      }
    });

  it('in the middle of an answer is told, and passes', async () => {
    const store = open({ timeoutMs: 1_500 });
    await store.write({ key: { count: 1 } });
    azurite.proxy.fail('cut', { when: ({ method }) => method === 'GET' });
    await assert.rejects(store.read(['key']), { code: 'data-unavailable' });
    azurite.proxy.heal();
    assert.equal((await store.read(['key']))['key'].count, 1);
  });

  it('where nothing listens comes at once', async () => {
    const store = open({ access: { connectionString: azuriteConnection(1) } });
    await assertStoreError(store.read(['key']), { setting, isRetryable: true }, accountKey);
  });

  it('by a wrong key names the setting and shows no key', async () => {
    const key = Buffer.from('a wrong key').toString('base64');
    const store = open({
      access: { connectionString: azuriteConnection(azurite.proxy.port, key) },
    });
    await assertStoreError(
      store.write({ key: { count: 1 } }),
      { setting, status: 403, isRetryable: false },
      key,
    );
  });

  it('by settings that cannot be used is told at the start, without showing them', () => {
    for (const access of [
      { connectionString: 'AccountKey=very-secret' },
      { accountUrl: 'nonsense', credential: { getToken: async () => null } },
    ])
      assert.throws(
        () => open({ access }),
        (error: Error) =>
          error.message.includes('AZURE_STORAGE_') && !error.message.includes('very-secret'),
      );
  });
});

it('takes an identity in place of a key', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'career-mentor-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { cert, key } = createTrustedCertificate();
  const paths = {
    certificatePath: join(folder, 'certificate.pem'),
    keyPath: join(folder, 'key.pem'),
  };
  writeFileSync(paths.certificatePath, cert);
  writeFileSync(paths.keyPath, key);
  const secure = await startAzurite(paths);
  t.after(() => secure.close());
  const openAs = (token: string) => ({
    access: {
      accountUrl: `${secure.accountUrl}/`,
      credential: {
        getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
      },
    },
  });
  const store = createBlobBotStateStorage(openAs(makeToken(600)));
  await store.write({ key: { count: 1 } });
  assert.equal((await store.read(['key']))['key'].count, 1);
  const transcripts = createBlobTranscriptStore(openAs(makeToken(600)));
  await transcripts.logActivity(makeActivity('m'));
  assert.equal((await transcripts.getTranscriptActivities('web', 'talk')).items.length, 1);

  const expired = makeToken(-600);
  await assertStoreError(
    createBlobBotStateStorage(openAs(expired)).read(['key']),
    { setting: 'AZURE_STORAGE_ACCOUNT_URL', status: 403, isRetryable: false },
    expired,
  );
});

const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq';

/** A token such as Entra ID gives for storage; Azurite looks at what it says and not at its signature. */
function makeToken(secondsToLive: number): string {
  const now = Math.floor(Date.now() / 1_000);
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = {
    aud: 'https://storage.azure.com',
    iss: 'https://sts.windows.net/00000000-0000-0000-0000-000000000000/',
    iat: now - 3_600,
    nbf: now - 3_600,
    exp: now + secondsToLive,
  };
  return `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.c2lnbmF0dXJl`;
}
