import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';
import { scoreCorpus } from './run-corpus.ts';

const openIndex = () => createSqliteKnowledgeIndex(openDatabase(':memory:').database);

it('scores a folder in the layout of BEIR', async (t) => {
  const folder = createTemporaryFolder();
  t.after(() => folder.remove());
  mkdirSync(join(folder.path, 'qrels'));
  const writeLines = (name: string, lines: readonly unknown[]) =>
    writeFileSync(join(folder.path, name), lines.map((line) => JSON.stringify(line)).join('\n'));
  writeLines('corpus.jsonl', [
    { _id: 'nurse', title: 'nurse', text: 'Cares for patients.' },
    { _id: 'baker', title: 'baker', text: 'Makes bread for the town.' },
    { _id: 'pilot', title: 'pilot', text: 'Flies planes and cares for the crew.' },
  ]);
  writeLines('queries.jsonl', [
    { _id: 'q1', text: 'baker of bread' },
    { _id: 'q2', text: 'cares' },
    { _id: 'q3', text: 'nobody judged this' },
  ]);
  writeFileSync(
    join(folder.path, 'qrels', 'test.tsv'),
    'query-id\tcorpus-id\tscore\nq1\tbaker\t1\nq2\tnurse\t1\nq2\tpilot\t2\n',
  );
  const scores = await scoreCorpus(folder.path, openIndex());
  assert.equal(scores.queries, 2);
  assert.equal(scores.recallAt5, 1);
  assert.equal(scores.mrr, 1);
  assert.equal(scores.map, 1);
  assert.ok(scores.ndcgAt10 > 0.8 && scores.ndcgAt10 <= 1);
  assert.ok(scores.p95Ms > 0);
});

it('says which file of a corpus is missing', async (t) => {
  const folder = createTemporaryFolder();
  t.after(() => folder.remove());
  await assert.rejects(scoreCorpus(folder.path, openIndex()), /corpus\.jsonl/);
});

const publicSets = join(
  process.env['EVAL_DATA_DIR'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'eval'),
  'retrieval',
);

/** A plain BM25 reaches nDCG@10 .575 and .343, and finds .897 and .721 among the first hundred. */
const floors = [
  { name: 'job-titles', ndcgAt10: 0.64, recallAt100: 0.91 },
  { name: 'cranfield', ndcgAt10: 0.38, recallAt100: 0.74 },
];

for (const { name, ndcgAt10, recallAt100 } of floors)
  it(`finds more than a plain BM25 in ${name}`, async (t) => {
    const folder = join(publicSets, name);
    if (!existsSync(folder)) {
      t.skip(`needs ${name} in EVAL_DATA_DIR`);
      return;
    }
    const scores = await scoreCorpus(folder, openIndex());
    assert.ok(scores.ndcgAt10 > ndcgAt10, `nDCG@10 ${scores.ndcgAt10}`);
    assert.ok(scores.recallAt100 > recallAt100, `recall@100 ${scores.recallAt100}`);
  });
