import { type AskedQuestion, isDeclined } from '#test/evals/asked-question.ts';
import { type CitedSentence, citedSentencesIn } from '#test/evals/cited-sentences.ts';
import type { Failure, Figure } from '#test/evals/evaluation.ts';
import type { Split } from '#test/evals/labelled-questions.ts';
import { shareOf } from '#test/evals/metrics.ts';
import { isPlanted } from '#test/evals/scripted-model.ts';

/**
 * Supported: of the sentences that cite, the share that their passages support by the product's own check: the
 * others are marked for the person. Where the scripted model writes, its planted mistakes are counted apart: caught is the share of
 * them that is marked, and everything else it says stands in its documents, so a mark there is a false one.
 */
export function scoreGroundedness(
  split: Split,
  asked: readonly AskedQuestion[],
): { figures: Figure[]; failures: Failure[] } {
  const answered = asked
    .filter(({ answer }) => !isDeclined(answer))
    .map((one) => ({ ...one, sentences: citedSentencesIn(one.answer) }));
  const sentences = answered.flatMap((one) => one.sentences);
  const planted = sentences.filter((sentence) => isPlanted(sentence.text));
  const honest = sentences.filter((sentence) => !isPlanted(sentence.text));
  const shared = { better: 'higher', unit: 'share' } as const;
  const figures: Figure[] = [
    {
      ...shared,
      id: `groundedness.${split}.supported`,
      label: `cited sentences that are supported, ${split}`,
      value: shareOf(honest, (sentence) => !sentence.isMarked),
      cases: honest.length,
    },
    {
      ...shared,
      id: `groundedness.${split}.whole`,
      label: `answers all of whose sources support them, ${split}`,
      value: shareOf(answered, ({ answer }) => answer.state === 'grounded'),
      cases: answered.length,
    },
  ];
  if (planted.length > 0)
    figures.push({
      ...shared,
      id: `groundedness.${split}.plantedCaught`,
      label: `planted mistakes that are caught, ${split}`,
      value: shareOf(planted, (sentence) => sentence.isMarked),
      cases: planted.length,
    });
  return { figures, failures: split === 'dev' ? answered.flatMap(describe) : [] };
}

function describe({
  question,
  sentences,
}: AskedQuestion & { sentences: readonly CitedSentence[] }): Failure[] {
  return sentences
    .filter((sentence) => sentence.isMarked !== isPlanted(sentence.text))
    .map(({ text, citations }) => ({
      caseId: question.id,
      cause: isPlanted(text)
        ? 'a planted mistake was believed'
        : 'a sentence of the passages was not believed',
      details: [text, ...citations.map((one) => `cited: ${one.documentId} > ${one.section}`)].join(
        '\n',
      ),
    }));
}
