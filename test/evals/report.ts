import { type QuestionKind, questionKinds } from './labelled-questions.ts';
import { mean } from './metrics.ts';
import type { CorpusScores } from './run-corpus.ts';
import type { QuestionResult } from './run-retrieval.ts';

export interface GroupSummary {
  readonly split: 'dev' | 'test';
  readonly kind: QuestionKind | 'answerable' | 'not answerable';
  readonly questions: number;
  /** Absent for questions that nothing answers. */
  readonly recallAt5?: number;
  readonly ndcgAt10?: number;
  readonly mrr?: number;
  /** Share for which nothing counted as evidence: wrong for answerable questions, right for the others. */
  readonly withoutEvidence: number;
}

/** Means of every kind and of all answerable and unanswerable questions, for each split apart. */
export function summarise(results: readonly QuestionResult[]): GroupSummary[] {
  return (['dev', 'test'] as const).flatMap((split) => {
    const ofSplit = results.filter((result) => result.question.split === split);
    const groups = [
      ...questionKinds.map(
        (kind) => [kind, (result: QuestionResult) => result.question.kind === kind] as const,
      ),
      ['answerable', (result: QuestionResult) => result.answerable] as const,
      ['not answerable', (result: QuestionResult) => !result.answerable] as const,
    ];
    return groups
      .map(([kind, belongs]) => ({ kind, members: ofSplit.filter(belongs) }))
      .filter(({ members }) => members.length > 0)
      .map(({ kind, members }) => summariseGroup(split, kind, members));
  });
}

function summariseGroup(
  split: GroupSummary['split'],
  kind: GroupSummary['kind'],
  members: readonly QuestionResult[],
): GroupSummary {
  const withoutEvidence = members.filter((result) => !result.hasEvidence).length / members.length;
  const group = { split, kind, questions: members.length, withoutEvidence };
  if (members.some((result) => !result.answerable)) return group;
  return {
    ...group,
    recallAt5: mean(members.map((result) => result.recallAt5)),
    ndcgAt10: mean(members.map((result) => result.ndcgAt10)),
    mrr: mean(members.map((result) => result.reciprocalRank)),
  };
}

/** The summary as a table for reading. */
export function formatSummary(groups: readonly GroupSummary[]): string {
  const cell = (value: number | undefined) =>
    (value === undefined ? '' : value.toFixed(3)).padStart(10);
  const rows = groups.map((group) =>
    [
      group.split.padEnd(5),
      group.kind.padEnd(15),
      String(group.questions).padStart(9),
      cell(group.recallAt5),
      cell(group.ndcgAt10),
      cell(group.mrr),
      cell(group.withoutEvidence),
    ].join(' '),
  );
  const heading = `split kind            questions   recall@5    nDCG@10        MRR no evidence`;
  return [
    heading,
    ...rows,
    '',
    'recall@5: passages that answer the question among the at most five that an answer may rest on.',
    'nDCG@10 and MRR: over the whole ranking. no evidence: should be 0 above, 1 for what is not answerable.',
  ].join('\n');
}

/** The scores of one public set as a table for reading. */
export function formatCorpusScores(name: string, scores: CorpusScores): string {
  const lines = Object.entries(scores).map(
    ([measure, value]) =>
      `${measure.padEnd(12)} ${measure === 'queries' ? value : value.toFixed(measure === 'p95Ms' ? 1 : 4)}`,
  );
  return [name, ...lines].join('\n');
}
