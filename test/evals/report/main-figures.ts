import { type Evaluation, type Figure, figuresOf } from '#test/evals/evaluation.ts';
import type { Line } from './charts.ts';

/** The shares that stand in the chart, in its order: those with a target, and what has none and says as much. */
export function chartFigures(evaluation: Evaluation): Figure[] {
  const untold = new Set(['otherLanguages.test.recallAt5', 'conversations.checks']);
  return figuresOf(evaluation).filter(
    (figure) => figure.unit === 'share' && (figure.target !== undefined || untold.has(figure.id)),
  );
}

/** The figures whose way from run to run is drawn. */
export const curveLines: readonly Line[] = [
  { figureId: 'retrieval.dev.recallAt5', label: 'recall@5, dev' },
  { figureId: 'retrieval.test.recallAt5', label: 'recall@5, test' },
  { figureId: 'retrieval.test.mrr', label: 'MRR, test' },
  { figureId: 'followUps.test.recallAt5', label: 'follow-ups, test' },
  { figureId: 'citations.test.precision', label: 'citation precision, test' },
  { figureId: 'citations.test.recall', label: 'citation recall, test' },
  { figureId: 'refusal.test.honestlyDeclined', label: 'honestly declined, test' },
];
