import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRetryAfterMs } from '#services/resilience/retry-after.ts';

const now = () => Date.parse('2026-11-23T10:00:00Z');
const read = (headers: Record<string, string>) =>
  readRetryAfterMs((name) => headers[name] ?? null, now);

test('the wait is read as milliseconds, seconds or a date, the exact one first', () => {
  assert.equal(read({ 'retry-after-ms': '120', 'retry-after': '1' }), 120);
  assert.equal(read({ 'retry-after': '7' }), 7_000);
  assert.equal(read({ 'retry-after': '0.5' }), 500);
  assert.equal(read({ 'retry-after': 'Mon, 23 Nov 2026 10:00:30 GMT' }), 30_000);
});

test('a time that is over is no wait, and what cannot be read says nothing', () => {
  assert.equal(read({ 'retry-after': 'Mon, 23 Nov 2026 09:00:00 GMT' }), 0);
  assert.equal(read({ 'retry-after-ms': '-5' }), 0);
  for (const given of ['', ' ', 'soon', '1 minute'])
    assert.equal(read({ 'retry-after': given }), undefined, given);
  assert.equal(read({}), undefined);
});
