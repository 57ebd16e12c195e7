import { readFileSync } from 'node:fs';
import { wordsOf } from './words.ts';

/** Vectors of words, and of texts as the sum of their words'. */
export interface WordVectors {
  readonly dimensions: number;
  /** Of length one; `undefined` where no word of the texts is known. */
  vectorOf(...texts: readonly string[]): Float32Array | undefined;
}

/** Rows of small integers, each with the factor that makes them the vector. */
export interface StoredWordVectors {
  readonly words: readonly string[];
  readonly dimensions: number;
  readonly rows: Int8Array;
  readonly factors: Float32Array;
}

/** General vectors (GloVe), moved by `npm run knowledge:train` so that what the articles answer alike lies near each other. */
export const wordVectorsFile = new URL('word-vectors.bin', import.meta.url);

/** Of an overlong text the beginning tells what it is about. */
const mostWords = 400;

/** Reads what `storeWordVectors` wrote: a line of JSON, a line for each word, the factors, the rows. */
export function readStoredWordVectors(path: string | URL): StoredWordVectors {
  const file = readFileSync(path);
  const headEnd = file.indexOf('\n');
  const {
    words: count,
    dimensions,
    bytes,
  } = JSON.parse(file.toString('utf8', 0, headEnd)) as {
    readonly words: number;
    readonly dimensions: number;
    readonly bytes: number;
  };
  const wordsEnd = headEnd + 1 + bytes;
  const numbers = new Uint8Array(file.subarray(wordsEnd)).buffer;
  return {
    words: file.toString('utf8', headEnd + 1, wordsEnd).split('\n'),
    dimensions,
    factors: new Float32Array(numbers, 0, count),
    rows: new Int8Array(numbers, count * 4, count * dimensions),
  };
}

/** The bytes that `readStoredWordVectors` reads; rounds to whole steps of a 127th of each row's largest value. */
export function storeWordVectors(
  words: readonly string[],
  dimensions: number,
  values: Float32Array,
): Buffer {
  const factors = new Float32Array(words.length);
  const rows = new Int8Array(words.length * dimensions);
  for (const position of words.keys()) {
    const row = values.subarray(position * dimensions, (position + 1) * dimensions);
    const factor = row.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127;
    factors[position] = factor;
    rows.set(
      row.map((value) => (factor === 0 ? 0 : Math.round(value / factor))),
      position * dimensions,
    );
  }
  const list = Buffer.from(words.join('\n'));
  const head = JSON.stringify({ words: words.length, dimensions, bytes: list.length });
  return Buffer.concat([
    Buffer.from(`${head}\n`),
    list,
    Buffer.from(factors.buffer),
    Buffer.from(rows.buffer),
  ]);
}

/** Vectors of texts from stored ones. */
export function createWordVectors({
  words,
  dimensions,
  rows,
  factors,
}: StoredWordVectors): WordVectors {
  const positions = new Map(words.map((word, position) => [word, position]));
  return {
    dimensions,
    vectorOf(...texts) {
      const sum = new Float32Array(dimensions);
      for (const word of texts.flatMap(wordsOf).slice(0, mostWords)) {
        const position = positions.get(word);
        if (position === undefined) continue;
        const factor = factors[position] ?? 0;
        const start = position * dimensions;
        for (let at = 0; at < dimensions; at += 1)
          sum[at] = (sum[at] ?? 0) + factor * (rows[start + at] ?? 0);
      }
      const length = Math.hypot(...sum);
      return length === 0 ? undefined : sum.map((value) => value / length);
    },
  };
}
