import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { DocumentSource } from '#services/document-source/port.ts';

/** A source of a test's own, empty at first, and how somebody else changes it. */
export interface OpenedSource {
  readonly source: DocumentSource;
  write(path: string, content: Uint8Array | string): Promise<void>;
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}

const awkwardPaths = [
  'a b/ümläut & co.txt',
  "it's 100% [new] #1?.md",
  '日本/履歴書.pdf',
  'emoji 🎓.html',
  'dots...and,commas;(x)=y.txt',
];

/** What every DocumentSource promises; `open` gives an empty one. */
export function describeDocumentSource(name: string, open: () => Promise<OpenedSource>): void {
  describe(`DocumentSource: ${name}`, () => {
    let opened: OpenedSource;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const pathsOf = async () => (await opened.source.list()).map(({ path }) => path);

    it('lists nothing where nothing is', async () => {
      assert.deepEqual(await opened.source.list(), []);
    });

    it('lists every file in the order of the paths, with its size', async () => {
      for (const path of ['b.md', 'folder/inner/c.md', 'B.md', 'folder/a.md'])
        await opened.write(path, `words of ${path}`);
      const files = await opened.source.list();
      assert.deepEqual(
        files.map(({ path, sizeBytes }) => [path, sizeBytes]),
        [
          ['B.md', 13],
          ['b.md', 13],
          ['folder/a.md', 20],
          ['folder/inner/c.md', 26],
        ],
      );
    });

    it('reads a file byte for byte', async () => {
      const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 256));
      await opened.write('folder/all.bin', bytes);
      await opened.write('empty.txt', '');
      assert.deepEqual(Buffer.from(await opened.source.read('folder/all.bin')), bytes);
      assert.equal((await opened.source.read('empty.txt')).length, 0);
    });

    it('keeps odd names as they are', async () => {
      for (const path of awkwardPaths) await opened.write(path, path);
      assert.deepEqual((await pathsOf()).toSorted(), awkwardPaths.toSorted());
      for (const path of awkwardPaths)
        assert.equal(Buffer.from(await opened.source.read(path)).toString(), path);
    });

    it('lists what is there now', async () => {
      await opened.write('one.md', 'one');
      await opened.write('two.md', 'two');
      const before = await opened.source.list();
      await opened.remove('one.md');
      await opened.write('two.md', 'two, longer');
      const after = await opened.source.list();
      assert.deepEqual(
        after.map(({ path, sizeBytes }) => [path, sizeBytes]),
        [['two.md', 11]],
      );
      const [, two] = before;
      if (two?.version !== undefined) assert.notEqual(after[0]?.version, two.version);
    });

    it('gives a version only where it stays while nothing is written', async () => {
      await opened.write('one.md', 'one');
      const [first] = await opened.source.list();
      const [again] = await opened.source.list();
      assert.equal(first?.version, again?.version);
    });

    it('says why a file cannot be read', async () => {
      await assert.rejects(opened.source.read('gone.md'), { name: 'MentorError' });
    });
  });
}
