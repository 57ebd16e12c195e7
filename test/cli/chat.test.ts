import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

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
