import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startOpenAiServer } from '#test/helpers/openai-server.ts';

test('npm run chat ends quietly when its reader leaves in the middle', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-chat-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, ['cli/chat.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'], DATA_DIR: folder },
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  child.stdin.end('what is RAG?\nand for seniors?\n');
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.equal(said, '');
});

test('npm run chat says why its model does not answer, in one sentence', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-chat-'));
  const server = await startOpenAiServer();
  context.after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  server.chatWith({ status: 401 });
  const child = spawn(process.execPath, ['cli/chat.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: folder,
      OPENAI_BASE_URL: server.baseUrl,
      OPENAI_MODEL: 'gpt-test',
    },
  });
  child.stdin.end('what is RAG?\n');
  const [stdout, stderr] = await Promise.all(
    [child.stdout, child.stderr].map(async (stream) =>
      Buffer.concat(await Array.fromAsync(stream)).toString(),
    ),
  );
  assert.match(stdout ?? '', /My language model is not answering just now/);
  assert.match(stderr ?? '', /^A part of the pipeline failed; .* check OPENAI_API_KEY[^\n]*\n$/);
});

test('npm run chat keeps nothing of somebody under age', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-chat-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, ['cli/chat.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'], DATA_DIR: folder },
  });
  child.stdout.resume();
  child.stdin.end('i am 14 and my hobby is falconry\n');
  await once(child, 'exit');
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  );
  assert.ok(files.length > 0);
  for (const { parentPath, name } of files) {
    const bytes = await readFile(join(parentPath, name));
    assert.equal(bytes.includes('my hobby is falconry'), false, name);
  }
});
