import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  areaUnderCurve,
  averagePrecision,
  mean,
  ndcgAt,
  percentile,
  recallAt,
  reciprocalRank,
  scoreRanking,
  shareOf,
} from './metrics.ts';

/** a and c are relevant, a twice as much; x was judged and is not. */
const judgements = new Map([
  ['a', 2],
  ['c', 1],
  ['x', 0],
]);

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);
}

it('scores a perfect ranking 1 by every measure', () => {
  assert.deepEqual(scoreRanking(['a', 'c', 'b'], judgements), {
    ndcgAt10: 1,
    recallAt5: 1,
    recallAt100: 1,
    averagePrecision: 1,
    reciprocalRank: 1,
  });
});

it('discounts gains linearly in the grade and by the logarithm of the rank', () => {
  // b c a: gains 0, 1, 2 at ranks 1, 2, 3; the ideal is 2, 1.
  const ideal = 2 + 1 / Math.log2(3);
  assertClose(ndcgAt(10, ['b', 'c', 'a'], judgements), (1 / Math.log2(3) + 2 / 2) / ideal);
  assertClose(ndcgAt(2, ['b', 'c', 'a'], judgements), 1 / Math.log2(3) / ideal);
});

it('takes the ideal from all judged items, found or not', () => {
  assertClose(ndcgAt(1, ['c'], judgements), 1 / 2);
});

it('counts a relevant item that was not found against the recall', () => {
  assert.equal(recallAt(5, ['b', 'c'], judgements), 1 / 2);
  assert.equal(recallAt(1, ['b', 'c'], judgements), 0);
});

it('averages the precision over all relevant items', () => {
  assertClose(averagePrecision(['b', 'a', 'd', 'c'], judgements), (1 / 2 + 2 / 4) / 2);
  assertClose(averagePrecision(['b', 'a'], judgements), 1 / 2 / 2);
});

it('looks for the first relevant item among ten', () => {
  assert.equal(reciprocalRank(['b', 'd', 'c'], judgements), 1 / 3);
  assert.equal(reciprocalRank([...'0123456789', 'a'], judgements), 0);
});

it('counts a repeated item where it first stands', () => {
  const scores = scoreRanking(['b', 'b', 'b', 'a', 'a', 'c'], judgements);
  assert.equal(scores.reciprocalRank, 1 / 2);
  assert.equal(scores.recallAt5, 1);
});

it('scores an empty ranking 0 and refuses a query without a relevant item', () => {
  assert.equal(scoreRanking([], judgements).ndcgAt10, 0);
  assert.throws(() => scoreRanking(['a'], new Map([['a', 0]])), RangeError);
});

it('takes means and percentiles', () => {
  assert.equal(mean([1, 2, 6]), 3);
  assert.equal(mean([]), 0);
  assert.equal(percentile(0.95, [5, 1, 3, 2, 4]), 5);
  assert.equal(percentile(0.5, [5, 1, 3, 2, 4]), 3);
  assert.equal(percentile(0.5, []), 0);
});

it('takes the area under the curve for the share of pairs in the right order, ties counting half', () => {
  assert.equal(areaUnderCurve([0.9, 0.8], [0.1, 0.2]), 1);
  assert.equal(areaUnderCurve([0.1], [0.9]), 0);
  assert.equal(areaUnderCurve([0.5, 0.5], [0.5]), 0.5);
  assert.equal(areaUnderCurve([0.9, 0.3], [0.5, 0.3]), (1 + 1 + 0 + 0.5) / 4);
  assert.throws(() => areaUnderCurve([], [1]), RangeError);
});

it('takes a share of nothing for nothing', () => {
  assert.equal(
    shareOf([1, 2, 3, 4], (number) => number > 1),
    0.75,
  );
  assert.equal(
    shareOf([], () => true),
    0,
  );
});
