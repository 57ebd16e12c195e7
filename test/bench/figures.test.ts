import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Figure,
  findRegressions,
  mergeBaseline,
  pairedFigure,
  quantile,
  reachesAim,
  singleFigure,
  toBaseline,
} from './figures.ts';

const words = { id: 'turns', label: 'turns', unit: '', watched: true } as const;

function figureOf(ratio: number, changes: Partial<Figure> = {}): Figure {
  return { ...words, better: 'higher', ours: ratio, ratio, ...changes };
}

test('a quantile is the value of the nearest rank', () => {
  assert.equal(quantile(0.5, [3, 1, 2]), 2);
  assert.equal(quantile(0.95, [1, 2, 3, 4]), 4);
  assert.equal(quantile(0, [5, 4]), 4);
  assert.equal(quantile(0.5, []), Number.NaN);
});

test('the ratio is taken round by round, so that one noisy round does not decide', () => {
  const rounds = { ours: [10, 1, 11], theirs: [20, 20, 22] };
  const { ours, theirs, ratio } = pairedFigure({ ...words, better: 'higher' }, rounds);
  assert.deepEqual([ours, theirs, ratio], [10, 20, 0.5]);
});

test('a ratio that is worse by more than a fifth is a regression, whichever way is better', () => {
  const baseline = { turns: 1 };
  assert.deepEqual(findRegressions([figureOf(0.81)], baseline), []);
  assert.deepEqual(findRegressions([figureOf(0.79)], baseline), [
    { id: 'turns', before: 1, now: 0.79 },
  ]);
  assert.deepEqual(findRegressions([figureOf(1.19, { better: 'lower' })], baseline), []);
  assert.equal(findRegressions([figureOf(1.21, { better: 'lower' })], baseline).length, 1);
  assert.deepEqual(findRegressions([figureOf(3)], baseline), []);
});

test('what is not watched, and what the baseline does not know, is no regression', () => {
  assert.deepEqual(findRegressions([figureOf(0.1, { watched: false })], { turns: 1 }), []);
  assert.deepEqual(findRegressions([figureOf(0.1)], {}), []);
});

test('the baseline holds the watched ratios with three digits', () => {
  const figures = [figureOf(0.123456), figureOf(2, { id: 'other', watched: false })];
  assert.deepEqual(toBaseline(figures), { turns: 0.123 });
});

test('the baseline of the long runs stays while the others are measured, and the other way round', () => {
  const before = { turns: 1, gone: 2, 'long-heap': 3 };
  assert.deepEqual(mergeBaseline(before, [figureOf(5)]), { turns: 5, 'long-heap': 3 });
  const long = figureOf(6, { id: 'long-heap' });
  assert.deepEqual(mergeBaseline(before, [long]), { turns: 1, gone: 2, 'long-heap': 6 });
});

test('an aim is one of the ratio or of our own figure', () => {
  const lower = { ...words, better: 'lower' } as const;
  const rounds = { ours: [30], theirs: [20] };
  const aim = (of: 'ratio' | 'ours', value: number) => ({ ...lower, aim: { of, value } });
  assert.equal(reachesAim(pairedFigure(aim('ratio', 1.5), rounds)), true);
  assert.equal(reachesAim(pairedFigure(aim('ratio', 1.4), rounds)), false);
  assert.equal(reachesAim(pairedFigure(aim('ours', 30), rounds)), true);
  assert.equal(reachesAim(singleFigure(lower, 7)), undefined);
});
