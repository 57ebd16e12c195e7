import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readHistory, withRun } from './history.ts';
import { sampleEvaluation, sampleFigure } from './sample-evaluation.ts';

it('puts a run at the end of the history, rounded, without what only informs', () => {
  const evaluation = sampleEvaluation([
    sampleFigure({ value: 0.123456 }),
    sampleFigure({ id: 'speed', isInformative: true }),
  ]);
  const before = withRun([], evaluation, 'first');
  const history = withRun(before, evaluation, 'second');
  assert.deepEqual(
    history.map(({ note }) => note),
    ['first', 'second'],
  );
  assert.deepEqual(history[1]?.figures, { 'retrieval.dev.recallAt5': 0.123 });
});

it('reads the history that is kept, oldest first', () => {
  const dates = readHistory().map(({ date }) => date);
  assert.deepEqual(dates, dates.toSorted());
});
