import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOfLargest } from '#services/knowledge-index/ranking/largest.ts';

test('the largest come first, and of equal ones the first', () => {
  assert.deepEqual(placesOfLargest(Float64Array.of(1, 3, 2, 3, 0), 3), [1, 3, 2]);
  assert.deepEqual(placesOfLargest(Float64Array.of(1, 1, 1, 1), 2), [0, 1]);
});

test('values that are not above the floor are left out, and fewer may be there than were asked for', () => {
  assert.deepEqual(placesOfLargest(Float32Array.of(0, -1, 2), 5, 0), [2]);
  assert.deepEqual(placesOfLargest(Float32Array.of(0, -1), 5), [0, 1]);
  assert.deepEqual(placesOfLargest(Float32Array.of(1), 0), []);
  assert.deepEqual(placesOfLargest(new Float32Array(0), 5), []);
});

test('the same is found as by sorting', () => {
  const values = Float64Array.from({ length: 500 }, (_, place) => (place * 7919) % 101);
  const sorted = [...values.keys()].toSorted(
    (left, right) => (values[right] ?? 0) - (values[left] ?? 0),
  );
  for (const count of [1, 2, 7, 120, 499, 600])
    assert.deepEqual(placesOfLargest(values, count), sorted.slice(0, count));
});
