import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { operations } from '#api/v1/operations.ts';
import { startProgram } from '#test/helpers/start-program.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;

test('the examples of docs/api.md run, one after another', {
  skip: hasCurl ? false : 'there is no curl',
}, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
  const program = await startProgram({ dataFolder: join(folder, 'data') });
  context.after(async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const text = await readFile('docs/api.md', 'utf8');
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  assert.ok(blocks.length >= 10);
  const script = blocks
    .map((block) => block.replace(/^MENTOR=.*$/m, `MENTOR=${program.origin}`))
    .join("\nprintf '\\n--next--\\n'\n");
  const { stdout } = await promisify(execFile)('sh', ['-euc', script], {
    cwd: folder,
    timeout: 60_000,
  });
  const outputs = stdout.split('--next--\n');
  assert.match(outputs[2] ?? '', /"citations":\[\{"number":1/);
  assert.match(outputs[3] ?? '', /event: answer\ndata: /);
  assert.match(outputs[4] ?? '', /"totalMessages":4/);
  assert.match(outputs.at(-1) ?? '', /"deleted":/);
  const exported = await readFile(join(folder, 'career-mentor-data.json'), 'utf8');
  assert.match(exported, /How do I get into AI engineering/);
});

test('api.http holds every operation', async () => {
  const text = await readFile('api.http', 'utf8');
  const requests = [...text.matchAll(/^(GET|POST|PATCH|DELETE) \{\{mentor\}\}([^\s?]+)/gm)].map(
    ([, method, path = '']) =>
      `${method} ${path.replaceAll(/\{\{(?:[\w.]+\.)?(\w+)\}\}/g, '{$1}')}`,
  );
  const known = Object.values(operations).map(
    ({ method, path }) => `${method.toUpperCase()} ${path}`,
  );
  assert.deepEqual([...new Set(requests)].toSorted(), known.toSorted());
});

test('docs/api.md names every route', async () => {
  const text = await readFile('docs/api.md', 'utf8');
  for (const { path } of Object.values(operations))
    if (path.startsWith('/api/'))
      assert.ok(
        text.includes(
          path.replace('{sessionId}', '$SESSION').replace('{publicationId}', '$PUBLICATION'),
        ),
        path,
      );
});
