import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '#services/database/make-folder.ts';
import { createTemporaryFolder } from './temporary-database.ts';

test('folders are made as deep as they are wanted, and left alone where they are', (t) => {
  const folder = createTemporaryFolder();
  t.after(() => folder.remove());
  const path = join(folder.path, 'a', 'b', 'c');
  for (const _ of ['made', 'there already']) makeFolder(path);
  assert.ok(existsSync(path));
});

test('a place that takes no folder is refused at once', (t) => {
  const folder = createTemporaryFolder();
  t.after(() => folder.remove());
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  assert.throws(() => makeFolder(join(file, 'a', 'b')), /ENOTDIR|ENOENT/);
  if (process.platform === 'linux')
    assert.throws(() => makeFolder('/proc/career-mentor/data'), /ENOENT|EACCES/);
});
