import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import { readValue, storeValue } from '#services/azure/stored-value.ts';

it('leaves an ordinary value readable for whoever looks into the database', () => {
  assert.deepEqual(storeValue({ text: 'Grüße 🚀' }), { value: { text: 'Grüße 🚀' } });
});

it('packs a large value, so that it fits, and gives it back', () => {
  const value = { text: 'ä'.repeat(1_024 * 1_024), more: [1, null] };
  const stored = storeValue(value);
  assert.ok(JSON.stringify(stored).length < 100_000);
  assert.deepEqual(readValue(stored), value);
  const noise = { text: randomBytes(300_000).toString('base64') };
  assert.deepEqual(readValue(storeValue(noise)), noise);
});

it('packs half a surrogate pair, which is no Unicode, and gives it back', () => {
  for (const text of ['a\ud800b', '\udfff', 'written out as \\ud800']) {
    const stored = storeValue({ text });
    assert.ok(JSON.parse(JSON.stringify(stored), (_, part) => part));
    assert.deepEqual(readValue(stored), { text });
  }
  assert.notEqual(storeValue({ text: 'a\ud800b' }).packed, undefined);
});

it('throws for what is no JSON', () => {
  assert.throws(() => storeValue({ count: 1n }), TypeError);
});
