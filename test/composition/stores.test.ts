import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, it, mock } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openStores } from '#composition/stores.ts';
import { readConfig } from '#config.ts';
import { createLogger } from '#log.ts';
import type { ConversationStore } from '#services/conversations/port.ts';
import { makeAnswer, makeConversation, makeMessage } from '#test/contracts/conversation-samples.ts';
import { azuriteConnection } from '#test/helpers/azurite.ts';
import type { Fault } from '#test/helpers/fault-proxy.ts';
import { useAzurite } from '#test/services/azure/azurite-test-container.ts';
import { useCosmosEmulator } from '#test/services/azure/cosmos-test-database.ts';

const cosmos = useCosmosEmulator();
const azurite = useAzurite();
const folder = mkdtempSync(join(tmpdir(), 'career-mentor-stores-'));
after(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  cosmos.proxy.heal();
  azurite.proxy.heal();
  mock.timers.reset();
});

const open = (
  dataFolder: string,
  environment: Readonly<Record<string, string>>,
): ReturnType<typeof openStores> =>
  openStores(readConfig({ DATA_DIR: dataFolder, ...environment }), createLogger('silent'));

const openOnCosmos = (dataFolder = join(folder, randomUUID()), databaseId: string = randomUUID()) =>
  open(dataFolder, {
    AZURE_COSMOS_ENDPOINT: `http://127.0.0.1:${cosmos.proxy.port}/`,
    AZURE_COSMOS_KEY: cosmos.emulator.key,
    AZURE_COSMOS_DATABASE: databaseId,
  });

const writeTurn = (store: ConversationStore, number: number) =>
  store.appendTurn(makeConversation('talk'), [makeMessage(`q${number}`), makeAnswer(`a${number}`)]);
const turnIds = (...numbers: readonly number[]) =>
  numbers.flatMap((number) => [`q${number}`, `a${number}`]);
const idsIn = async (store: ConversationStore) =>
  (await store.listMessages('talk', { limit: 200 })).messages.map(({ messageId }) => messageId);

const unavailable: readonly (readonly [string, Fault])[] = [
  ['answers 503', { status: 503 }],
  ['throttles', { status: 429, headers: { 'x-ms-retry-after-ms': '1' } }],
  ['loses its answers', 'answer-lost'],
  ['refuses the key', { status: 401 }],
];

describe('Cosmos DB that goes away and comes back', { concurrency: false }, () => {
  for (const [what, fault] of unavailable)
    it(`and meanwhile ${what}: every message is stored once, in its order, and counted once`, async () => {
      const stores = await openOnCosmos();
      await writeTurn(stores.conversations, 1);
      cosmos.proxy.fail(fault);
      for (const number of [2, 3, 4, 5, 6]) await writeTurn(stores.conversations, number);
      assert.ok(stores.waitingWrites() > 0);
      assert.equal(stores.circuits[0]?.state(), 'open');
      const asked = cosmos.proxy.requests.length;
      await assert.rejects(stores.conversations.get('another talk'), /left alone/);
      assert.equal(cosmos.proxy.requests.length, asked, 'it is not asked while it is left alone');

      cosmos.proxy.heal();
      await waitForMinute(stores.conversations);
      await writeTurn(stores.conversations, 7);
      assert.deepEqual(await idsIn(stores.conversations), turnIds(1, 2, 3, 4, 5, 6, 7));
      assert.equal(stores.waitingWrites(), 0);
      assert.equal((await stores.conversations.get('talk'))?.totalMessages, 14);
      assert.equal(stores.circuits[0]?.state(), 'closed');
      await stores.close();
    });

  it('after the program has ended: what waited is written by the next start', async () => {
    const dataFolder = join(folder, randomUUID());
    const databaseId = randomUUID();
    const first = await openOnCosmos(dataFolder, databaseId);
    cosmos.proxy.fail({ status: 503 });
    for (const number of [1, 2]) await writeTurn(first.conversations, number);
    await first.close();
    cosmos.proxy.heal();

    const second = await openOnCosmos(dataFolder, databaseId);
    assert.equal(second.waitingWrites(), 2);
    while (second.waitingWrites() > 0) await wait(20);
    assert.deepEqual(await idsIn(second.conversations), turnIds(1, 2));
    await second.close();
  });

  it('is asked again only by our own retries: the client under them makes one try a call', async () => {
    const stores = await openOnCosmos();
    await stores.conversations.get('talk');
    const before = cosmos.proxy.requests.length;
    cosmos.proxy.fail({ status: 429, headers: { 'x-ms-retry-after-ms': '1' } }, { times: 4 });
    await assert.rejects(stores.conversations.get('talk'), { code: 'data-unavailable' });
    assert.equal(cosmos.proxy.requests.length - before, 4);
    await stores.close();
  });
});

/** Waits as long as the circuit does, which takes no time. */
async function waitForMinute(store: ConversationStore): Promise<void> {
  const realNow = Date.now();
  mock.timers.enable({ apis: ['Date'], now: realNow + 61_000 });
  // Not the conversation that waits on this machine, and is read there.
  await store.get('another talk').catch(() => {});
  mock.timers.reset();
}

describe('Blob Storage that goes away', () => {
  const openOnBlobs = () =>
    open(join(folder, randomUUID()), {
      AZURE_STORAGE_CONNECTION_STRING: azuriteConnection(azurite.proxy.port),
    });

  it('is left alone after five failures, and its state goes on', async () => {
    const { botState, circuits, waitingWrites, close } = await openOnBlobs();
    const key = randomUUID();
    await botState.write({ [key]: { step: 1 } });
    azurite.proxy.fail({ status: 503 });
    await botState.write({ [key]: { step: 2 } });
    assert.equal((await botState.read([key]))[key].step, 2);
    for (let failures = 1; failures < 5; failures += 1)
      await botState.read([randomUUID()]).catch(() => {});
    assert.deepEqual(
      circuits.map(({ name, state }) => [name, state()]),
      [['blob-storage', 'open']],
    );
    assert.equal(waitingWrites(), 1);
    await close();
  });
});

describe('the checks of the stores', () => {
  const check = async ({ dependencies }: Awaited<ReturnType<typeof open>>) =>
    Object.fromEntries(
      await Promise.all(
        dependencies.map(async ({ name, required, check: run }) => {
          const isUp = await run(AbortSignal.timeout(2_000)).then(
            () => true,
            () => false,
          );
          return [name, { required, isUp }] as const;
        }),
      ),
    );

  it('ask each service itself, whatever its circuit says, and hold up nobody', async () => {
    const stores = await open(join(folder, randomUUID()), {
      AZURE_COSMOS_ENDPOINT: `http://127.0.0.1:${cosmos.proxy.port}/`,
      AZURE_COSMOS_KEY: cosmos.emulator.key,
      AZURE_STORAGE_CONNECTION_STRING: azuriteConnection(azurite.proxy.port),
    });
    const index = { 'knowledge-index': { required: true, isUp: false } };
    const file = { 'data-file': { required: true, isUp: true } };
    const both = (isUp: boolean) => ({
      ...index,
      ...file,
      cosmos: { required: false, isUp },
      'blob-storage': { required: false, isUp },
    });
    assert.deepEqual(await check(stores), both(true));
    cosmos.proxy.fail({ status: 503 });
    azurite.proxy.fail('gone');
    assert.deepEqual(await check(stores), both(false));
    cosmos.proxy.heal();
    azurite.proxy.heal();
    assert.deepEqual(await check(stores), both(true));
    await stores.close();
  });

  it('find no circuit and no outbox where everything is embedded', async () => {
    const dataFolder = join(folder, randomUUID());
    const stores = await open(dataFolder, {});
    assert.deepEqual(stores.circuits, []);
    await writeTurn(stores.conversations, 1);
    await stores.close();
    assert.ok(!readdirSync(dataFolder).includes('waiting-writes.sqlite'));
  });
});
