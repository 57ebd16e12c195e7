import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Program, startProgram } from '#test/helpers/start-program.ts';
import { figuresOfRest } from './figures-of-rest.ts';
import { measureRest } from './measure-rest.ts';

describe('the bench of the REST API', () => {
  let folder: string;
  let program: Program;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-bench-'));
    program = await startProgram({ dataFolder: folder });
  });
  after(async () => {
    await program?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('times as many calls as it was asked for, and says of each route how many a second and how long', async () => {
    const loads = await measureRest(program.origin, 20);
    for (const { callMs, callsPerSecond } of Object.values(loads)) {
      assert.equal(callMs.length, 20);
      assert.ok(callsPerSecond > 0);
    }
    const figures = figuresOfRest(loads);
    assert.deepEqual(
      figures.map(({ id }) => id),
      ['search', 'history', 'message'].flatMap((name) => [`rest-${name}`, `rest-${name}-p95`]),
    );
    for (const { ratio } of figures) assert.ok(Number.isFinite(ratio));
  });

  it('fails where a call is refused', async () => {
    await assert.rejects(measureRest(`${program.origin}/nowhere`, 5));
  });
});
