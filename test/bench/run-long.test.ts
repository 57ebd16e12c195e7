import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runLong } from './run-long.ts';

test('a short run of the long part answers everybody once, and tells memory, pace and data', async () => {
  const { figures, streams, endurance, echo } = await runLong(
    { people: 5, minutes: 0.2, turns: 200 },
    () => undefined,
  );
  assert.equal(streams.asked, 2);
  assert.equal(streams.answered, 2);
  assert.equal(streams.repeated, 0);
  assert.ok(streams.samples.every(({ heapMb, residentMb }) => heapMb > 0 && residentMb > heapMb));
  assert.deepEqual([endurance.failed, endurance.repeated], [0, 0]);
  assert.deepEqual([echo.turns, echo.failed, echo.repeated], [20, 0, 0]);
  assert.equal(endurance.samples.length, 10);
  assert.ok((endurance.samples.at(-1)?.dataMb ?? 0) > endurance.dataMbBefore, 'data is kept');
  const ids = figures.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^long-/);
  for (const { ratio } of figures) assert.ok(Number.isFinite(ratio));
  const memory = figures.find(({ id }) => id === 'long-memory-20');
  assert.ok((memory?.theirs ?? 0) > 0, 'the echo bot stands beside it');
});
