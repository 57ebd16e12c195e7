import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  createWordVectors,
  readStoredWordVectors,
  storeWordVectors,
  wordVectorsFile,
} from '#language/word-vectors.ts';

function storedAndRead(words: readonly string[], values: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), 'word-vectors-'));
  try {
    const path = join(folder, 'vectors.bin');
    writeFileSync(
      path,
      storeWordVectors(words, values.length / words.length, Float32Array.from(values)),
    );
    return readStoredWordVectors(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const near = (left: Float32Array | undefined, right: readonly number[]) =>
  assert.ok(
    left?.length === right.length &&
      left.every((value, at) => Math.abs(value - (right[at] ?? 0)) < 0.02),
    `${left} is not near ${right}`,
  );

test('a text lies where the sum of its words does, the longer ones counting more', () => {
  const vectors = createWordVectors(storedAndRead(['left', 'up', 'naïve'], [3, 0, 0, 4, 0, 0]));
  near(vectors.vectorOf('left'), [1, 0]);
  near(vectors.vectorOf('Left, up!'), [0.6, 0.8]);
  near(vectors.vectorOf('left', 'up'), [0.6, 0.8]);
  near(vectors.vectorOf('up and unknown'), [0, 1]);
});

test('a text of unknown words lies nowhere', () => {
  const vectors = createWordVectors(storedAndRead(['left', 'zero'], [3, 1, 0, 0]));
  for (const text of ['', 'right', 'zero']) assert.equal(vectors.vectorOf(text), undefined);
});

test('the vectors that come with the program know what means the like', () => {
  const vectors = createWordVectors(readStoredWordVectors(wordVectorsFile));
  const likeness = (one: string, other: string) => {
    const [left, right] = [vectors.vectorOf(one), vectors.vectorOf(other)];
    return left?.reduce((sum, value, at) => sum + value * (right?.[at] ?? 0), 0) ?? Number.NaN;
  };
  for (const [text, like, unlike] of [
    ['laid off', 'lost my job', 'vector database'],
    ['salary negotiation', 'ask for more pay', 'docker container'],
    ['cv', 'resume', 'gpu'],
  ] as const)
    assert.ok(likeness(text, like) > likeness(text, unlike) + 0.2, `${text}: ${like}, ${unlike}`);
});
