import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import { splitSentences } from '#language/sentences.ts';
import { wordsOf } from '#language/words.ts';
import { type AskedQuestion, isDeclined } from '#test/evals/asked-question.ts';
import { withoutMarks } from '#test/evals/cited-sentences.ts';
import type { Failure, Figure } from '#test/evals/evaluation.ts';
import type { Split } from '#test/evals/labelled-questions.ts';
import { mean, percentile, shareOf } from '#test/evals/metrics.ts';

/** As long as an answer in a chat may be. */
const mostWords = 150;

/**
 * How answers read: words, and the Flesch-Kincaid grade (Kincaid et al. 1975), the years of school in the United States that
 * reading takes. Only what was answered; numbers of sources are no words.
 */
export function scoreReadability(
  split: Split,
  asked: readonly AskedQuestion[],
): { figures: Figure[]; failures: Failure[] } {
  const read = asked
    .filter(({ answer }) => !isDeclined(answer))
    .map(({ question, answer }) => {
      const text = plainText(answer.text);
      return { question, text, words: wordsOf(text).length, grade: gradeOf(text) };
    });
  const words = read.map((one) => one.words);
  const shared = { cases: read.length } as const;
  const figures: Figure[] = [
    {
      ...shared,
      id: `readability.${split}.shortEnough`,
      label: `answers of at most ${mostWords} words, ${split}`,
      value: shareOf(words, (count) => count <= mostWords),
      better: 'higher',
      unit: 'share',
    },
    {
      ...shared,
      id: `readability.${split}.words`,
      label: `words of an answer, mean, ${split}`,
      value: mean(words),
      better: 'lower',
      unit: 'words',
    },
    {
      ...shared,
      id: `readability.${split}.wordsP95`,
      label: `words of an answer, p95, ${split}`,
      value: percentile(0.95, words),
      better: 'lower',
      unit: 'words',
    },
    {
      ...shared,
      id: `readability.${split}.grade`,
      label: `school grade, mean, ${split}`,
      value: mean(read.map((one) => one.grade)),
      better: 'lower',
      unit: 'grade',
    },
  ];
  const tooLong = read.filter((one) => one.words > mostWords);
  const failures = split === 'dev' ? tooLong.map(describe) : [];
  return { figures, failures };
}

function describe({
  question,
  words,
}: {
  readonly question: { readonly id: string; readonly question: string };
  readonly words: number;
}): Failure {
  return {
    caseId: question.id,
    cause: `longer than ${mostWords} words`,
    details: `${question.question}\n${words} words`,
  };
}

function plainText(text: string): string {
  return withoutMarks(text).replaceAll(/ ?\[\d+\]/g, '');
}

function gradeOf(text: string): number {
  return fleschKincaid({
    sentence: splitSentences(text).length,
    word: wordsOf(text).length,
    syllable: syllable(text),
  });
}
