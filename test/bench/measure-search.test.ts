import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureSearch } from './measure-search.ts';
import { benchQuestions } from './questions.ts';

test('each size is built, and asked each question as often as wanted, beside the other ways', async () => {
  const [point] = await measureSearch([90], 2);
  assert.equal(point?.passages, 90);
  assert.ok(point.buildSeconds > 0 && point.megabytes > 0);
  for (const name of ['oursMs', 'bareMs', 'miniSearchMs', 'vectorsMs'] as const)
    assert.equal(point[name].length, 2 * benchQuestions.length, name);
});
