import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPassedBy } from '#services/turn-queue/passed-by.ts';

test('a number is passed once it was the newest so long ago, and not before', () => {
  let time = 0;
  let newest = 10;
  const passedBy = createPassedBy(
    100,
    () => newest,
    () => time,
  );
  assert.equal(passedBy(), 0);
  time = 60;
  newest = 20;
  assert.equal(passedBy(), 0);
  time = 110;
  newest = 30;
  assert.equal(passedBy(), 10);
  time = 500;
  assert.equal(passedBy(), 30);
});
