import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { startProgram } from '#test/helpers/start-program.ts';

it('with measuring switched off people are served, and there is nothing to look at', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-unmeasured-'));
  const program = await startProgram({
    dataFolder: folder,
    environment: { OTEL_SDK_DISABLED: 'true' },
  });
  try {
    const post = (path: string, body: object) =>
      fetch(program.origin + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const { sessionId } = (await (await post('/api/v1/chat/session', {})).json()) as {
      sessionId: string;
    };
    const answer = await post('/api/v1/chat/message', {
      sessionId,
      message: 'how do i become an ai engineer',
    });
    assert.equal(answer.status, 200);
    await answer.text();
    for (const path of ['/metrics', '/monitoring/dashboard', '/monitoring/alerts'])
      assert.equal((await fetch(program.origin + path)).status, 404, path);
  } finally {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
