import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { readAssignments } from '#cli/setup/env-file.ts';
import { startOpenAiServer } from '#test/helpers/openai-server.ts';
import { runCommand } from '#test/helpers/run-command.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

describe('npm run setup', () => {
  const folders: ReturnType<typeof createTemporaryFolder>[] = [];
  after(() => {
    for (const folder of folders) folder.remove();
  });

  /** A folder with or without settings, and the command in it, without a terminal. */
  function open(settings?: string) {
    const folder = createTemporaryFolder();
    folders.push(folder);
    const file = join(folder.path, '.env');
    if (settings !== undefined) writeFileSync(file, settings);
    const environment = { PORT: '0', KNOWLEDGE_DIR: resolve('knowledge') };
    return {
      file,
      read: () => readFileSync(file, 'utf8'),
      run: (...words: string[]) =>
        runCommand(resolve('cli/setup.ts'), words, { folder: folder.path, environment }),
    };
  }

  it('without flags changes nothing, and tries what there is', async () => {
    const { run, file } = open();
    for (const words of [[], ['--yes']]) {
      const { stdout, stderr, status } = await run(...words);
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert.match(stdout, /^\.env stays as it is[^\n]*\.\n\nok {7}settings/);
      assert.equal(stdout.includes('without a terminal nothing is asked'), words.length === 0);
      assert.match(stdout, /Everything that is configured works\.\n$/);
    }
    assert.equal(existsSync(file), false);
  });

  it('writes what the flags say for its owner alone, and tries it', async (t) => {
    const server = await startOpenAiServer();
    t.after(server.close);
    const { run, file, read } = open();
    const flags = ['--openai-base-url', server.baseUrl, '--openai-model', 'gpt-test'];
    const { stdout, status } = await run(...flags, '--openai-api-key', 'sk-#secret key');
    assert.equal(status, 0);
    assert.match(stdout, /\n {2}\+ OPENAI_MODEL: gpt-test\n/);
    assert.match(stdout, /\nok {7}chat model: it answers/);
    assert.doesNotMatch(stdout, /sk-#secret/);
    assert.equal(server.journal.at(-1)?.authorization, 'Bearer sk-#secret key');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readAssignments(read()), {
      OPENAI_BASE_URL: server.baseUrl,
      OPENAI_MODEL: 'gpt-test',
      OPENAI_API_KEY: 'sk-#secret key',
    });
  });

  it('ends as the doctor does, where what was set does not work', async () => {
    const { run } = open();
    const { stdout, status } = await run('--redis-url', 'redis://127.0.0.1:1');
    assert.equal(status, 1);
    assert.match(stdout, /FAILED {3}Redis: /);
  });

  it('overwrites nothing without being told to, and keeps everything else', async () => {
    const before = '# mine\nLOG_LEVEL=warn\nRETENTION_DAYS=30\nMY_OWN="x # y"\n';
    const { run, read } = open(before);
    assert.equal((await run('--redis-url', '', '--port', '4001')).status, 0);
    assert.equal(read(), `${before}PORT=4001\n`);
    const again = await run('--port', '4002');
    assert.equal(again.status, 1);
    assert.match(again.stderr, /To overwrite PORT, add --yes\.\nNothing was written\./);
    assert.equal(read(), `${before}PORT=4001\n`);
    assert.equal((await run('--port', '4002', '--yes')).status, 0);
    assert.equal(read(), `${before}PORT=4002\n`);
  });

  it('leaves the other model as a comment when answers shall be written otherwise', async () => {
    const { run, read } = open('OPENAI_API_KEY=sk-old\nOPENAI_MODEL=gpt-4o\n');
    const { stdout } = await run('--yes', '--answers', 'passages');
    assert.match(stdout, /- OPENAI_MODEL, kept as a comment/);
    assert.equal(read(), '#OPENAI_API_KEY=sk-old\n#OPENAI_MODEL=gpt-4o\n');
  });

  it('writes nothing that could not start, and says what is missing', async () => {
    const { run, file } = open();
    const { stdout, stderr, status } = await run('--yes', '--openai-model', 'gpt-4o');
    assert.equal(status, 1);
    assert.match(stdout, /OPENAI_BASE_URL or OPENAI_API_KEY: one of them is needed/);
    assert.match(stderr, /Nothing was written/);
    assert.equal(existsSync(file), false);
  });

  it('tells how it is used where it does not understand, every mistake at once', async () => {
    const { run, file } = open();
    const odd = await run('--port', 'abc', '--redis-url', 'x', '--answers', 'magic');
    assert.equal(odd.status, 2);
    for (const words of [
      /--port must be a whole/,
      /--redis-url must begin/,
      /--answers must be/,
      /\nnpm run setup -- --help shows all flags\.\n$/,
    ])
      assert.match(odd.stderr, words);
    assert.equal((await run('--prot', '1')).status, 2);
    const help = await run('--help');
    assert.equal(help.status, 0);
    for (const flag of ['--azure-openai-endpoint', '--microsoft-app-id', '--public-url'])
      assert.ok(help.stdout.includes(flag), flag);
    assert.equal(existsSync(file), false);
  });
});
