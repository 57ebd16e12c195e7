import { type AskedQuestion, isDeclined } from '#test/evals/asked-question.ts';
import type { Failure, Figure } from '#test/evals/evaluation.ts';
import { isAnswerable, type Split } from '#test/evals/labelled-questions.ts';
import { shareOf } from '#test/evals/metrics.ts';

/**
 * Honestly declined: of the questions that nothing in the articles answers, the share whose answer says so. Wrongly
 * declined: of those that something answers, the share whose answer says the same all the same.
 */
export function scoreRefusal(
  split: Split,
  asked: readonly AskedQuestion[],
): { figures: Figure[]; failures: Failure[] } {
  const [answerable, others] = [
    asked.filter(({ question }) => isAnswerable(question)),
    asked.filter(({ question }) => !isAnswerable(question)),
  ];
  const declined = ({ answer }: AskedQuestion) => isDeclined(answer);
  const aim = (target: number) => (split === 'test' ? { target } : {});
  const figures: Figure[] = [
    {
      id: `refusal.${split}.honestlyDeclined`,
      label: `honestly declined, ${split}`,
      value: shareOf(others, declined),
      better: 'higher',
      unit: 'share',
      cases: others.length,
      ...aim(0.95),
    },
    {
      id: `refusal.${split}.wronglyDeclined`,
      label: `wrongly declined, ${split}`,
      value: shareOf(answerable, declined),
      better: 'lower',
      unit: 'share',
      cases: answerable.length,
      ...aim(0.03),
    },
  ];
  if (split !== 'dev') return { figures, failures: [] };
  const failures = [
    ...others
      .filter((one) => !declined(one))
      .map((one) => describe(one, 'answered, though nothing answers it')),
    ...answerable
      .filter(declined)
      .map((one) => describe(one, 'declined, though an article answers it')),
  ];
  return { figures, failures };
}

function describe({ question, answer }: AskedQuestion, cause: string): Failure {
  const sources = answer.citations.map(({ documentId, section }) => `${documentId} > ${section}`);
  return {
    caseId: question.id,
    cause: `${cause} (${question.kind})`,
    details: [question.question, ...sources.map((source) => `cited: ${source}`)].join('\n'),
  };
}
