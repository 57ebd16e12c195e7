import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptFigures, dropsFrom, readBaseline } from './baseline.ts';
import { type Evaluation, figuresOf } from './evaluation.ts';
import { findPublicData } from './evaluation-sets.ts';
import { formatDrops } from './report/format-text.ts';
import { runEvaluation } from './run-evaluation.ts';
import { sampleFigure } from './sample-evaluation.ts';

const baseline = { extractive: { 'retrieval.dev.recallAt5': { value: 0.9, tolerance: 0.01 } } };

describe('a baseline', () => {
  it('lets a figure be worse by its tolerance and no more', () => {
    const drops = (value: number) => dropsFrom(baseline, 'extractive', [sampleFigure({ value })]);
    assert.deepEqual(drops(0.95), []);
    assert.deepEqual(drops(0.89), []);
    assert.equal(drops(0.88).length, 1);
    assert.match(formatDrops(drops(0.88)), /^retrieval\.dev\.recallAt5 .*is 0\.880; it was 0\.900/);
  });

  it('knows the figures of which less is better', () => {
    const figure = sampleFigure({ better: 'lower', value: 0.92 });
    assert.equal(dropsFrom(baseline, 'extractive', [figure]).length, 1);
    assert.deepEqual(dropsFrom(baseline, 'extractive', [{ ...figure, value: 0.5 }]), []);
  });

  it('compares nothing that it does not know, and nothing that only informs', () => {
    const figure = sampleFigure({ value: 0.1 });
    assert.deepEqual(dropsFrom(baseline, 'scripted', [figure]), []);
    assert.deepEqual(dropsFrom(baseline, 'extractive', [{ ...figure, id: 'new' }]), []);
    assert.deepEqual(dropsFrom(baseline, 'extractive', [{ ...figure, isInformative: true }]), []);
  });

  it('takes over what was reached, and keeps tolerances that were set', () => {
    const accepted = acceptFigures(baseline, 'extractive', [
      sampleFigure({ value: 0.93333 }),
      sampleFigure({ id: 'small', cases: 20 }),
      sampleFigure({ id: 'speed', isInformative: true }),
    ]);
    assert.deepEqual(accepted['extractive'], {
      'retrieval.dev.recallAt5': { value: 0.933, tolerance: 0.01 },
      small: { value: 0.9, tolerance: 0.05 },
    });
  });
});

describe('what was reached', () => {
  const run = (options: Pick<Parameters<typeof runEvaluation>[0], 'splits' | 'sets'>) =>
    runEvaluation({
      writer: 'extractive',
      publicData: findPublicData(process.env),
      now: () => new Date(),
      ...options,
    });
  const assertNoDrop = (evaluation: Evaluation) => {
    assert.ok(figuresOf(evaluation).length > 0);
    const drops = dropsFrom(readBaseline(), evaluation.model, figuresOf(evaluation));
    assert.equal(formatDrops(drops), '');
  };

  it('is kept on the development questions, in all sets that take seconds', async (t) => {
    const sets = [
      'retrieval',
      'follow-ups',
      'refusal',
      'citations',
      'groundedness',
      'claims',
      'other-languages',
      'bias',
      'readability',
      'conversations',
    ];
    const evaluation = await run({ splits: ['dev'], sets });
    for (const { title, skipped } of evaluation.sets)
      if (skipped !== undefined) t.diagnostic(`${title}: ${skipped}`);
    assertNoDrop(evaluation);
  });

  it('is kept on the test questions, in what is found', async () => {
    assertNoDrop(await run({ splits: ['test'], sets: ['retrieval', 'follow-ups'] }));
  });
});
