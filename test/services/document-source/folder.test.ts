import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createFolderSource } from '#services/document-source/folder.ts';
import { describeDocumentSource } from '#test/contracts/document-source.contract.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

function openFolder() {
  const folder = createTemporaryFolder();
  const place = (path: string) => join(folder.path, path);
  return {
    source: createFolderSource(folder.path),
    place,
    async write(path: string, content: Uint8Array | string) {
      mkdirSync(dirname(place(path)), { recursive: true });
      writeFileSync(place(path), content);
    },
    remove: async (path: string) => rmSync(place(path)),
    close: async () => folder.remove(),
  };
}

describeDocumentSource('folder', async () => openFolder());

function openForTest(t: TestContext) {
  const opened = openFolder();
  t.after(opened.close);
  return { ...opened, pathsOf: async () => (await opened.source.list()).map(({ path }) => path) };
}

test('links in a circle come to an end, and what they lead to is listed once', async (t) => {
  const { write, place, pathsOf } = openForTest(t);
  await write('a/one.md', 'one');
  symlinkSync(place('a'), place('a/again'));
  symlinkSync(place('.'), place('a/up'));
  symlinkSync(place('a'), place('b'));
  assert.deepEqual(await pathsOf(), ['a/one.md']);
});

test('links are followed inside the folder, and never out of it', async (t) => {
  const { source, write, place, pathsOf } = openForTest(t);
  const elsewhere = openForTest(t);
  await elsewhere.write('secret.md', 'a secret');
  await write('one.md', 'one');
  symlinkSync(place('one.md'), place('link.md'));
  symlinkSync(elsewhere.place('.'), place('more'));
  symlinkSync(elsewhere.place('secret.md'), place('secret.md'));
  assert.deepEqual(await pathsOf(), ['link.md', 'one.md', 'secret.md']);
  assert.equal(Buffer.from(await source.read('link.md')).toString(), 'one');
  await assert.rejects(source.read('secret.md'), { message: /outside the folder/ });
});

test('a link that leads nowhere or to itself is listed, and reading it says so', async (t) => {
  const { source, place, pathsOf } = openForTest(t);
  symlinkSync(place('nowhere'), place('gone.md'));
  symlinkSync(place('loop.md'), place('loop.md'));
  assert.deepEqual(await pathsOf(), ['gone.md', 'loop.md']);
  await assert.rejects(source.read('gone.md'), { message: /what it points to is gone/ });
  await assert.rejects(source.read('loop.md'), { message: /leads back to itself/ });
});

test('hidden folders are left out', async (t) => {
  const { write, pathsOf } = openForTest(t);
  await write('.git/description.md', 'x');
  await write('seen.md', 'x');
  assert.deepEqual(await pathsOf(), ['seen.md']);
});

test('a folder that is none is named', async (t) => {
  const { write, place } = openForTest(t);
  await write('file.md', 'x');
  await assert.rejects(createFolderSource(place('nowhere')).list(), {
    code: 'data-unavailable',
    message: /nowhere: it is not there/,
  });
  await assert.rejects(createFolderSource(place('file.md')).list(), {
    message: /file\.md: it is no folder/,
  });
});

test('a folder is named shortly where it stands in the working folder', () => {
  assert.equal(createFolderSource('./knowledge/articles/').name, 'knowledge/articles');
  assert.equal(createFolderSource('.').name, process.cwd());
  assert.equal(createFolderSource('/').name, '/');
});
