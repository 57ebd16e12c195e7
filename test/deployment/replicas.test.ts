import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Program, startProgram } from '#test/helpers/start-program.ts';

/** Replicas have nothing in common but what they are given. */
describe('two replicas, each with a folder of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'career-mentor-replicas-'));
  let replicas: readonly Program[] = [];
  const start = (name: string, key: string) =>
    startProgram({
      dataFolder: join(folder, name),
      environment: { WEB_CHAT_SIGNING_KEY: key.repeat(32) },
    });
  const ask = (program: Program | undefined, path: string, headers: Record<string, string> = {}) =>
    fetch(`${program?.origin}/v3/directline${path}`, { method: 'POST', headers });

  before(async () => {
    replicas = await Promise.all([start('one', 'a'), start('other', 'a'), start('foreign', 'b')]);
  });
  after(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('take each other’s visitors where they sign with the same key, and nobody else’s', async () => {
    const [one, other, foreign] = replicas;
    const { token } = (await (await ask(one, '/tokens/generate')).json()) as { token: string };
    const visitor = { Authorization: `Bearer ${token}` };
    const taken = await Promise.all(
      [one, other, foreign].map((replica) => ask(replica, '/tokens/refresh', visitor)),
    );
    assert.deepEqual(
      taken.map(({ status }) => status),
      [200, 200, 403],
    );
  });
});
