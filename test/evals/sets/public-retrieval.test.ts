import assert from 'node:assert/strict';
import { it } from 'node:test';
import { publicCollections, publicFigures } from './public-retrieval.ts';

it('names each figure after its collection, with what is to be reached', () => {
  const scores = {
    ndcgAt10: 0.6,
    recallAt5: 0,
    recallAt100: 0.9,
    map: 0,
    mrr: 0,
    queries: 7,
    p95Ms: 1,
  };
  const ids = publicCollections.flatMap((collection) => publicFigures(collection, scores));
  assert.deepEqual(
    ids.map(({ id, target }) => [id, target]),
    [
      ['publicRetrieval.job-titles.ndcgAt10', 0.62],
      ['publicRetrieval.job-titles.recallAt100', undefined],
      ['publicRetrieval.cranfield.ndcgAt10', 0.38],
      ['publicRetrieval.cranfield.recallAt100', undefined],
    ],
  );
  assert.ok(ids.every(({ cases }) => cases === 7));
});
