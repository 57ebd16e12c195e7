import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trainWordVectors } from '#ingestion/train-word-vectors/train.ts';
import { createRandom } from '#random.ts';

const dimensions = 8;
/** A word for each topic and one for each way to ask: "topic3 way1". */
const topics = Array.from({ length: 40 }, (_, topic) => `topic${topic}`);
const nicknames = Array.from({ length: 40 }, (_, topic) => `nickname${topic}`);
const words = [...topics, ...nicknames, 'never', 'asked'];
const passages = topics.map((topic, position) => ({
  questions: Array.from({ length: 7 }, () => [topic, nicknames[position] ?? '']).flat(),
  sentences: [`${topic} ${nicknames[position]}`],
}));

function randomTable() {
  const random = createRandom(3);
  const values = Float32Array.from({ length: words.length * dimensions }, () => random() - 0.5);
  return { words, dimensions, values };
}

function cosine(values: Float32Array, left: string, right: string): number {
  const [one, other] = [left, right].map((word) => {
    const start = words.indexOf(word) * dimensions;
    return values.subarray(start, start + dimensions);
  }) as [Float32Array, Float32Array];
  const product = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  return product(one, other) / Math.sqrt(product(one, one) * product(other, other));
}

const mean = (numbers: readonly number[]) =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

test('words that ask for the same passage come together, and those for different ones apart', () => {
  const before = randomTable();
  const losses: number[] = [];
  const { values } = trainWordVectors(before, passages, {
    random: createRandom(1),
    epochs: 60,
    onEpoch: (_, loss) => losses.push(loss),
  });
  const together = mean(topics.map((topic, at) => cosine(values, topic, nicknames[at] ?? '')));
  const apart = mean(
    topics.slice(1).map((topic, at) => cosine(values, topic, nicknames[at] ?? '')),
  );
  assert.ok(together > 0.8, `together ${together}`);
  assert.ok(apart < 0.3, `apart ${apart}`);
  assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0) / 2, losses.join(' '));
});

test('a word that stands in no text stays where it was', () => {
  const before = randomTable();
  const { values } = trainWordVectors(before, passages, { random: createRandom(1), epochs: 2 });
  const start = words.indexOf('never') * dimensions;
  assert.deepEqual(values.subarray(start), before.values.subarray(start));
});

test('the same seed gives the same vectors, and leaves those it began with alone', () => {
  const before = randomTable();
  const [one, other] = [1, 2].map(() =>
    trainWordVectors(before, passages, { random: createRandom(7), epochs: 2 }),
  );
  assert.deepEqual(one?.values, other?.values);
  assert.deepEqual(before.values, randomTable().values);
  assert.notDeepEqual(one?.values, before.values);
});
