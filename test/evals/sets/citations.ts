import type { AskedQuestion } from '#test/evals/asked-question.ts';
import { citedSentencesIn } from '#test/evals/cited-sentences.ts';
import type { Failure, Figure } from '#test/evals/evaluation.ts';
import { isAnswerable, type Split } from '#test/evals/labelled-questions.ts';
import { mean, shareOf } from '#test/evals/metrics.ts';
import { isPlanted } from '#test/evals/scripted-model.ts';

/**
 * A citation is one sentence naming one source. It is right when its passage belongs to an acceptable article (one that
 * answers the question or helps) and, alone, supports the sentence. Precision: the share of the citations that are right,
 * over all answers (a scripted model's planted mistakes are its own and counted elsewhere). Recall: the share of the answerable questions whose answer holds a right citation of an article that
 * answers the question; a declined question counts as none. Only answerable questions are asked.
 */
export function scoreCitations(
  split: Split,
  asked: readonly AskedQuestion[],
): { figures: Figure[]; failures: Failure[] } {
  const judged = asked.filter(({ question }) => isAnswerable(question)).map(judge);
  const citations = judged.flatMap((one) => one.citations);
  const shared = { better: 'higher', unit: 'share' } as const;
  const aim = (target: number) => (split === 'test' ? { target } : {});
  const figures: Figure[] = [
    {
      ...shared,
      id: `citations.${split}.precision`,
      label: `citation precision, ${split}`,
      value: mean(citations.map((citation) => (citation.isRight ? 1 : 0))),
      cases: citations.length,
      ...aim(0.95),
    },
    {
      ...shared,
      id: `citations.${split}.recall`,
      label: `citation recall, ${split}`,
      value: shareOf(judged, (one) => one.citations.some(({ answers }) => answers)),
      cases: judged.length,
      ...aim(0.9),
    },
    {
      ...shared,
      id: `citations.${split}.anySource`,
      label: `answers that cite something, ${split}`,
      value: shareOf(judged, (one) => one.citations.length > 0),
      cases: judged.length,
    },
  ];
  return { figures, failures: split === 'dev' ? judged.flatMap(describe) : [] };
}

interface JudgedAnswer extends AskedQuestion {
  readonly citations: readonly {
    readonly documentId: string;
    readonly section: string;
    readonly isAcceptable: boolean;
    readonly isRight: boolean;
    /** Right, and of an article that answers the question. */
    readonly answers: boolean;
  }[];
}

function judge({ question, answer }: AskedQuestion): JudgedAnswer {
  const acceptable = new Set(question.relevant.map((label) => label.documentId));
  const answering = new Set(
    question.relevant.filter((label) => label.grade === 2).map((label) => label.documentId),
  );
  const citations = citedSentencesIn(answer)
    .filter((sentence) => !isPlanted(sentence.text))
    .flatMap((sentence) => sentence.citations)
    .map(({ documentId, section, isSupported }) => {
      const isAcceptable = acceptable.has(documentId);
      const isRight = isAcceptable && isSupported;
      return {
        documentId,
        section,
        isAcceptable,
        isRight,
        answers: isRight && answering.has(documentId),
      };
    });
  return { question, answer, citations };
}

function describe({ question, citations }: JudgedAnswer): Failure[] {
  const wrong = citations.filter((citation) => !citation.isRight);
  const isRecalled = citations.some(({ answers }) => answers);
  if (citations.length === 0 || (wrong.length === 0 && isRecalled)) return [];
  const cause = wrong.some((citation) => citation.isAcceptable)
    ? 'a sentence that its passage does not support'
    : isRecalled
      ? 'a further source that does not answer the question'
      : 'no source that answers the question';
  const lines = [
    ...new Set(question.relevant.map((label) => `acceptable: ${label.documentId}`)),
    ...new Set(wrong.map(({ documentId, section }) => `cited: ${documentId} > ${section}`)),
  ];
  return [{ caseId: question.id, cause, details: [question.question, ...lines].join('\n') }];
}
