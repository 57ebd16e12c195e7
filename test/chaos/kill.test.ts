import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestFolder } from '#test/helpers/start-bot-host.ts';
import { runChaos } from './run-chaos.ts';

test('every accepted turn is answered once and kept once, though the program is killed in the middle', async (t) => {
  const dataFolder = await createTestFolder(t);
  const scenario = { name: 'killed', what: '', kills: true };
  for (const seed of [1, 2, 3]) {
    const { accepted, lost, repeated, wrongRecords, kills } = await runChaos({
      scenario,
      dataFolder,
      seed,
    });
    assert.ok(accepted > 0 && kills > 0);
    assert.deepEqual(
      { seed, lost, repeated, wrongRecords },
      { seed, lost: 0, repeated: 0, wrongRecords: 0 },
    );
  }
});

test('the same holds for two processes that share one data folder', async (t) => {
  const scenario = { name: 'two', what: '', kills: true, processes: [{}, {}] };
  const { lost, repeated, wrongRecords, accepted } = await runChaos({
    scenario,
    dataFolder: await createTestFolder(t),
    seed: 7,
  });
  assert.ok(accepted > 0);
  assert.deepEqual({ lost, repeated, wrongRecords }, { lost: 0, repeated: 0, wrongRecords: 0 });
});
