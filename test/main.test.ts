import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startProgram } from '#test/helpers/start-program.ts';

const root = join(import.meta.dirname, '..');

/** Runs the program with settings under which it should not start; resolves to what it said. */
async function startBadly(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const [code] = await once(child, 'exit');
  return { code, said };
}

describe('the program', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-main-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('lists every mistake of the settings at once and does not start', async () => {
    const { code, said } = await startBadly({
      DATA_DIR: folder,
      PORT: 'many',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'loud',
    });
    assert.equal(code, 1);
    for (const name of ['PORT', 'HOST', 'LOG_LEVEL']) assert.match(said, new RegExp(`- ${name}`));
    assert.doesNotMatch(said, /\n\s+at /);
  });

  it('says which port is in use and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, said } = await startBadly({ DATA_DIR: folder, PORT: String(port) });
    other.close();
    assert.equal(code, 1);
    assert.match(said, new RegExp(`Port ${port} is in use.*PORT=${port + 1}`));
  });

  it('keeps a damaged data file aside, says so, and starts', async () => {
    const damaged = join(folder, 'damaged');
    const first = await startProgram({ dataFolder: damaged });
    assert.equal(await first.stop(), 0);
    const file = join(damaged, 'career-mentor.sqlite');
    await writeFile(file, 'this is no database, but somebody may still want it');
    const program = await startProgram({ dataFolder: damaged });
    try {
      assert.match(program.output(), /kept aside/);
      const aside = (await readdir(damaged)).find((name) => name.includes('.damaged-'));
      assert.ok(aside);
      assert.match(await readFile(join(damaged, aside), 'utf8'), /somebody may still want it/);
    } finally {
      await program.stop();
    }
  });

  it('prints one line with the address and ends with 0 on SIGTERM', async () => {
    const program = await startProgram({ dataFolder: join(folder, 'plain') });
    const lines = program.output().trim().split('\n');
    assert.deepEqual(lines, [`Career Mentor is ready: ${program.origin}`]);
    assert.equal(await program.stop(), 0);
  });
});
