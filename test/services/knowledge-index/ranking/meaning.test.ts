import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WordVectors } from '#language/word-vectors.ts';
import { wordsOf } from '#language/words.ts';
import { openDatabase } from '#services/database/open-database.ts';
import type { MeaningOptions } from '#services/knowledge-index/ranking/meaning.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { makePassage } from '#test/helpers/make-passage.ts';

/** Two directions: what pays, and what teaches; and one that no passage is about. */
const directions: Readonly<Record<string, readonly [number, number, number]>> = {
  salary: [1, 0, 0],
  money: [0.95, 0.1, 0],
  course: [0, 1, 0],
  teach: [0.1, 0.95, 0],
  lottery: [0.6, 0, 0.8],
};
const vectors: WordVectors = {
  dimensions: 3,
  vectorOf(...texts) {
    const sum = new Float32Array(3);
    for (const word of texts.flatMap(wordsOf))
      for (const [at, value] of (directions[word] ?? []).entries())
        sum[at] = (sum[at] ?? 0) + value;
    const length = Math.hypot(...sum);
    return length === 0 ? undefined : sum.map((value) => value / length);
  },
};

async function openIndex(meaning?: MeaningOptions) {
  const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database, { meaning });
  for (const [documentId, section] of [
    ['pay', 'Which salary?'],
    ['learn', 'Which course?'],
    ['rain', 'Which umbrella?'],
  ] as const)
    await index.putDocument([
      makePassage({ id: `${documentId}#0`, documentId, title: section, section, content: section }),
    ]);
  return index;
}

const byMeaning: MeaningOptions = { vectors, otherQuestions: [] };
const coverages = async (text: string, meaning?: MeaningOptions) =>
  (await (await openIndex(meaning)).search({ text, limit: 3 })).map(
    ({ document, coverage }) => [document.documentId, coverage] as const,
  );

test('what says the same in other words is found, and covers the question in part', async () => {
  assert.deepEqual(await coverages('money'), []);
  const [first] = await coverages('money', byMeaning);
  assert.equal(first?.[0], 'pay');
  assert.ok((first?.[1] ?? 0) > 0.5 && (first?.[1] ?? 0) < 1, String(first?.[1]));
});

test('what lies elsewhere covers next to nothing of it', async () => {
  const found = new Map(await coverages('money', byMeaning));
  assert.ok((found.get('learn') ?? 0) < 0.2);
  assert.equal(found.get('rain') ?? 0, 0);
});

test('what lies nearer to a question that no passage answers is covered the less', async () => {
  const others = { vectors, otherQuestions: ['Which lottery?'] };
  const cover = async (text: string, meaning: MeaningOptions) =>
    new Map(await coverages(text, meaning)).get('pay') ?? 0;
  assert.equal(await cover('lottery', others), 0);
  assert.ok((await cover('lottery', byMeaning)) > 0.2);
  assert.ok((await cover('salary lottery', others)) < (await cover('salary lottery', byMeaning)));
  assert.ok((await cover('salary', others)) === 1);
});

test('what has the words and the meaning comes first', async () => {
  const [first] = await coverages('salary money course', byMeaning);
  assert.equal(first?.[0], 'pay');
});

test('a typing error means what it was corrected to', async () => {
  const [first] = await coverages('salsry', byMeaning);
  assert.equal(first?.[0], 'pay');
});

test('a question of words that nobody knows is looked for by them alone', async () => {
  assert.deepEqual(await coverages('umbrella', byMeaning), await coverages('umbrella'));
});

test('where a vector is given, that one says what the question means', async () => {
  const index = await openIndex(byMeaning);
  const found = await index.search({ text: 'money', vector: new Float32Array([1, 0]), limit: 3 });
  assert.deepEqual(found, []);
});
