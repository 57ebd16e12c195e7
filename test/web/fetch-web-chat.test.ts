import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ensureWebChat } from '#web/fetch-web-chat.ts';

const webFolder = join(import.meta.dirname, '..', '..', 'web');

async function createFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the bundle that is there already is not fetched again', async () => {
  await ensureWebChat();
  const { mtimeMs } = await stat(join(webFolder, 'vendor', 'webchat.js'));
  assert.equal(await ensureWebChat(), false);
  assert.equal((await stat(join(webFolder, 'vendor', 'webchat.js'))).mtimeMs, mtimeMs);
});

test('a bundle that is not the pinned one is replaced, and its licences lie beside it', async (context) => {
  const vendor = join(await createFolder(context), 'vendor');
  await mkdir(vendor);
  await writeFile(join(vendor, 'webchat.js'), 'something else');
  assert.equal(await ensureWebChat(vendor), true);
  assert.deepEqual((await readdir(vendor)).toSorted(), ['webchat.js', 'webchat.js.LICENSE.txt']);
  assert.equal(
    createHash('sha512')
      .update(await readFile(join(vendor, 'webchat.js')))
      .digest('hex')
      .slice(0, 16),
    'fd01dd3f5e100512',
  );
});

test('without a network the installation goes on, and says what is missing and what to run', async (context) => {
  const folder = await createFolder(context);
  // A copy of the script has no bundle beside it.
  await mkdir(join(folder, 'web'));
  for (const script of ['fetch-web-chat.ts', 'fetch-package-files.ts'])
    await cp(join(webFolder, script), join(folder, 'web', script));
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'web', 'fetch-web-chat.ts')],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        npm_config_offline: 'true',
        npm_config_cache: join(folder, 'empty-cache'),
        TMPDIR: folder,
      },
    },
  );
  assert.equal(status, 0);
  assert.match(stderr, /could not be fetched \(ENOTCACHED\)/);
  assert.match(stderr, /npm run postinstall/);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('career-mentor-fetch-')),
    [],
    'the working folder is gone',
  );
});
