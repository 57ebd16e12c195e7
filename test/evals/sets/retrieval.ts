import type { Retrieval } from '#mentor/retrieve-passages.ts';
import type { Failure, Figure } from '#test/evals/evaluation.ts';
import { judgedUnit, judgementsOf, nameOf } from '#test/evals/judged-passages.ts';
import type { LabelledQuestion, Split } from '#test/evals/labelled-questions.ts';
import { mean, ndcgAt, recallAt, reciprocalRank } from '#test/evals/metrics.ts';

/** A question that something answers, with what was found for it. */
export interface RetrievedQuestion {
  readonly question: LabelledQuestion;
  readonly retrieval: Pick<Retrieval, 'passages' | 'nearest'>;
}

interface Scores {
  readonly answersAt5: number;
  readonly recallAt5: number;
  readonly reciprocalRank: number;
  readonly ndcgAt10: number;
}

const targets = { answersAt5: 0.95, reciprocalRank: 0.85 };

/**
 * Scores what was found. `recallAt5`: an answering passage (grade 2) is among the at most five that the answer may rest on;
 * each of them answers alone, so one is enough. `allRecallAt5`: the share of the answering passages that is among them.
 * `mrr` and `ndcgAt10`: over the ten nearest, evidence or not; of answering passages, and of both grades.
 */
export function scoreRetrieval(
  set: string,
  split: Split,
  retrieved: readonly RetrievedQuestion[],
): { figures: Figure[]; failures: Failure[] } {
  const scored = retrieved.map((found) => ({ found, scores: scoresOf(found) }));
  const average = (measure: keyof Scores) => mean(scored.map(({ scores }) => scores[measure]));
  const shared = { better: 'higher', unit: 'share', cases: retrieved.length } as const;
  const aim = (target: number) => (split === 'test' ? { target } : {});
  const figures: Figure[] = [
    {
      ...shared,
      id: `${set}.${split}.recallAt5`,
      label: `recall@5, ${split}`,
      value: average('answersAt5'),
      ...aim(targets.answersAt5),
    },
    {
      ...shared,
      id: `${set}.${split}.mrr`,
      label: `MRR, ${split}`,
      value: average('reciprocalRank'),
      ...aim(targets.reciprocalRank),
    },
    {
      ...shared,
      id: `${set}.${split}.ndcgAt10`,
      label: `nDCG@10, ${split}`,
      value: average('ndcgAt10'),
    },
    {
      ...shared,
      id: `${set}.${split}.allRecallAt5`,
      label: `recall@5 of all that answer, ${split}`,
      value: average('recallAt5'),
    },
  ];
  const failures = split === 'dev' ? retrieved.flatMap(describeMiss) : [];
  return { figures, failures };
}

/** The recall of each kind of question, for seeing where it is weak. */
export function recallByKind(split: Split, retrieved: readonly RetrievedQuestion[]): Figure[] {
  const kinds = [...new Set(retrieved.map(({ question }) => question.kind))];
  if (kinds.length < 2) return [];
  return kinds.map((kind) => {
    const ofKind = retrieved.filter(({ question }) => question.kind === kind);
    return {
      id: `retrieval.${split}.${kind}.recallAt5`,
      label: `recall@5 of ${kind} questions, ${split}`,
      value: mean(ofKind.map((found) => scoresOf(found).answersAt5)),
      better: 'higher',
      unit: 'share',
      cases: ofKind.length,
    };
  });
}

function scoresOf({ question, retrieval }: RetrievedQuestion): Scores {
  const judgements = judgementsOf(question.relevant);
  const answering = new Map([...judgements].filter(([, grade]) => grade === 2));
  const evidence = retrieval.passages.map(({ document }) => judgedUnit(document, judgements));
  const ranking = retrieval.nearest.map((document) => judgedUnit(document, judgements));
  const ranked = [...new Set(ranking)];
  return {
    answersAt5: evidence.some((unit) => answering.has(unit)) ? 1 : 0,
    recallAt5: recallAt(5, evidence, answering),
    reciprocalRank: reciprocalRank(ranked, answering),
    ndcgAt10: ndcgAt(10, ranked, judgements),
  };
}

function describeMiss(found: RetrievedQuestion): Failure[] {
  if (scoresOf(found).answersAt5 === 1) return [];
  const { question, retrieval } = found;
  const lines = [
    ...question.relevant.map((label) => `want ${label.grade}: ${nameOf(label)}`),
    ...retrieval.nearest.slice(0, 5).map((document) => `found: ${nameOf(document)}`),
  ];
  const asked = question.history.filter((turn) => turn.role === 'user').map((turn) => turn.content);
  return [
    {
      caseId: question.id,
      cause: causeOf(found),
      details: [[...asked, question.question].join(' → '), ...lines].join('\n'),
    },
  ];
}

function causeOf({ question, retrieval }: RetrievedQuestion): string {
  const judgements = judgementsOf(question.relevant.filter((label) => label.grade === 2));
  const isNear = retrieval.nearest.some((document) =>
    judgements.has(judgedUnit(document, judgements)),
  );
  if (retrieval.passages.length === 0)
    return isNear
      ? 'found, and everything below the floor for evidence'
      : 'nothing found, and everything below the floor';
  if (isNear) return 'found, and ranked behind the five';
  const articles = new Set(question.relevant.map((label) => label.documentId));
  return retrieval.nearest.some((document) => articles.has(document.documentId))
    ? 'the right article, another section'
    : 'another article';
}
