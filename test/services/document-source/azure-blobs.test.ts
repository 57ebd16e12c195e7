import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlobContainer } from '#services/azure/blob-container.ts';
import { accountUrlOf, createBlobDocumentSource } from '#services/document-source/azure-blobs.ts';
import { withSourceResilience } from '#services/document-source/with-resilience.ts';
import { describeDocumentSource } from '#test/contracts/document-source.contract.ts';
import { azuriteConnection } from '#test/helpers/azurite.ts';
import { useAzurite } from '#test/services/azure/azurite-test-container.ts';

const azurite = useAzurite();

/** A container that somebody made and writes to. */
async function openContainer(folder?: string) {
  const options = azurite.containerOptions();
  const container = openBlobContainer(options);
  await container.run('looking at', async () => {});
  const source = createBlobDocumentSource({ ...options, ...(folder !== undefined && { folder }) });
  return {
    options,
    container,
    source,
    async write(path: string, content: Uint8Array | string) {
      const bytes = Buffer.from(content);
      await container.run('writing to', (client) =>
        client.getBlockBlobClient(path).uploadData(bytes),
      );
    },
    async remove(path: string) {
      await container.run('deleting from', (client) => client.deleteBlob(path));
    },
    close: async () => {},
  };
}

describeDocumentSource('azure-blobs', () => openContainer());

test('a blob that is written again, even with the same words, has another version', async () => {
  const { source, write } = await openContainer();
  await write('one.md', 'same');
  const [before] = await source.list();
  await write('one.md', 'same');
  const [after] = await source.list();
  assert.ok(before?.version);
  assert.notEqual(after?.version, before.version);
});

test('a list of several pages is read to its end', async () => {
  const { options, write } = await openContainer();
  const paths = ['a.md', 'b.md', 'c.md', 'd.md', 'e.md'];
  for (const path of paths) await write(path, path);
  const source = createBlobDocumentSource({ ...options, pageSize: 2 });
  assert.deepEqual(
    (await source.list()).map(({ path }) => path),
    paths,
  );
});

test('only the blobs of the folder are listed, by their paths in it', async () => {
  const { source, write } = await openContainer('guides/2026');
  for (const path of ['guides/2026/a/one.md', 'guides/2026.md', 'guides/2027/two.md', 'three.md'])
    await write(path, path);
  assert.deepEqual(
    (await source.list()).map(({ path }) => path),
    ['a/one.md'],
  );
  assert.equal(Buffer.from(await source.read('a/one.md')).toString(), 'guides/2026/a/one.md');
  assert.match(source.name, /\/guides\/2026$/);
});

test('a blob has an address only where anybody may open it', async () => {
  const { source, write, container } = await openContainer();
  await write('a b/ü.md', 'words');
  assert.equal((await source.list())[0]?.url, undefined);
  await container.run('opening', (client) => client.setAccessPolicy('blob'));
  const url = (await source.list())[0]?.url ?? '';
  assert.match(url, /\/a%20b\/%C3%BC\.md$/);
  assert.equal(await (await fetch(url)).text(), 'words');
});

test('a container that is not there is named, and not made', async () => {
  const options = azurite.containerOptions();
  const source = createBlobDocumentSource(options);
  const expected = {
    code: 'data-unavailable',
    message: new RegExp(
      `^There is no container http.*/${options.containerName}\\. Correct the address`,
    ),
  };
  await assert.rejects(source.list(), expected);
  await assert.rejects(source.list(), expected);
});

test('a wrong key is refused with the setting to look at, and never told', async () => {
  const key = Buffer.from('another key').toString('base64');
  const access = { connectionString: azuriteConnection(azurite.proxy.port, key) };
  const source = createBlobDocumentSource({ access, containerName: 'knowledge' });
  await assert.rejects(source.list(), (error: Error) => {
    assert.match(
      error.message,
      /access was refused \(403\); check AZURE_STORAGE_CONNECTION_STRING/,
    );
    assert.doesNotMatch(error.message, new RegExp(key));
    return true;
  });
});

test('an account is named without what opens it', () => {
  assert.equal(
    accountUrlOf({
      connectionString:
        'BlobEndpoint=https://acme.blob.core.windows.net/;SharedAccessSignature=sv=2024&sig=secret',
    }),
    'https://acme.blob.core.windows.net',
  );
});

test('what fails for a passing reason is tried again', async (t) => {
  const { source, write } = await openContainer();
  t.after(() => azurite.proxy.heal());
  await write('one.md', 'words');
  const resilient = withSourceResilience(source);
  azurite.proxy.fail({ status: 503 }, { times: 1 });
  assert.equal((await resilient.list()).length, 1);
  azurite.proxy.fail('cut', { times: 1 });
  assert.equal(Buffer.from(await resilient.read('one.md')).toString(), 'words');
  assert.equal(resilient.name, source.name);
});
