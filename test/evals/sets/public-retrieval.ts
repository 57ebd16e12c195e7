import type { Figure } from '#test/evals/evaluation.ts';
import type { CorpusScores } from '#test/evals/run-corpus.ts';

/** The public collections with what is to be reached on each, and what a plain BM25 reaches. */
export const publicCollections = [
  { folder: 'job-titles', target: 0.62, bm25: 0.575 },
  { folder: 'cranfield', target: 0.38, bm25: 0.343 },
] as const;

/** The figures of one public collection: full text alone, without aliases and weights of ours. */
export function publicFigures(
  { folder, target, bm25 }: (typeof publicCollections)[number],
  scores: CorpusScores,
): Figure[] {
  const shared = { better: 'higher', unit: 'share', cases: scores.queries } as const;
  return [
    {
      ...shared,
      id: `publicRetrieval.${folder}.ndcgAt10`,
      label: `${folder}: nDCG@10 (BM25 ${bm25})`,
      value: scores.ndcgAt10,
      target,
    },
    {
      ...shared,
      id: `publicRetrieval.${folder}.recallAt100`,
      label: `${folder}: recall@100`,
      value: scores.recallAt100,
    },
  ];
}
