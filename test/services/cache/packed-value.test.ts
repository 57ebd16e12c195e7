import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { packValue, unpackValue } from '#services/cache/packed-value.ts';

test('a long text is stored smaller; what does not shrink grows by one byte only', () => {
  const text = 'A grounded answer with its citations [1]. '.repeat(100);
  assert.ok(packValue(text).length < text.length / 10);
  const noise = randomBytes(5_000);
  assert.equal(packValue(noise).length, noise.length + 1);
  assert.deepEqual(unpackValue(packValue(noise)), noise);
});

test('what is damaged, foreign or blown up beyond measure is nothing', () => {
  const packed = packValue('word '.repeat(1_000));
  assert.equal(unpackValue(packed.subarray(0, packed.length - 4)), undefined);
  assert.equal(unpackValue(Buffer.from('{"text":"of another program"}')), undefined);
  assert.equal(unpackValue(new Uint8Array()), undefined);
  const bomb = Buffer.concat([Buffer.of(1), zstdCompressSync(Buffer.alloc(64 * 1024 * 1024))]);
  assert.ok(bomb.length < 100_000);
  assert.equal(unpackValue(bomb), undefined);
});
