import { isEnglish } from '#language/languages.ts';
import type { Answer } from '#mentor/answer.ts';
import type { Retrieval } from '#mentor/retrieve-passages.ts';
import { isDeclined } from '#test/evals/asked-question.ts';
import type { Failure, Figure } from '#test/evals/evaluation.ts';
import { judgedUnit, judgementsOf, nameOf } from '#test/evals/judged-passages.ts';
import {
  isAnswerable,
  type OtherLanguageQuestion,
  type Split,
} from '#test/evals/labelled-questions.ts';
import { shareOf } from '#test/evals/metrics.ts';

export interface AskedInOtherLanguage {
  readonly question: OtherLanguageQuestion;
  readonly retrieval: Pick<Retrieval, 'passages' | 'nearest'>;
  readonly answer: Answer;
}

/**
 * Questions in other languages than the articles'. Helped: an answering passage is among the at most five that the answer
 * may rest on. Plain about language: the answer is in another language than English, or says that the articles are in
 * English. Honestly declined: of those that nothing answers.
 */
export function scoreOtherLanguages(
  split: Split,
  asked: readonly AskedInOtherLanguage[],
): { figures: Figure[]; failures: Failure[] } {
  const answerable = asked.filter(({ question }) => isAnswerable(question));
  const others = asked.filter(({ question }) => !isAnswerable(question));
  const shared = { better: 'higher', unit: 'share' } as const;
  const figures: Figure[] = [
    {
      ...shared,
      id: `otherLanguages.${split}.recallAt5`,
      label: `other languages: recall@5, ${split}`,
      value: shareOf(answerable, isFound),
      cases: answerable.length,
    },
    {
      ...shared,
      id: `otherLanguages.${split}.answered`,
      label: `answered with sources, ${split}`,
      value: shareOf(answerable, ({ answer }) => answer.citations.length > 0),
      cases: answerable.length,
    },
    {
      ...shared,
      id: `otherLanguages.${split}.plainAboutLanguage`,
      label: `in their language, or says that the articles are English, ${split}`,
      value: shareOf(asked, ({ answer }) => isPlainAboutLanguage(answer)),
      cases: asked.length,
    },
    {
      ...shared,
      id: `otherLanguages.${split}.honestlyDeclined`,
      label: `honestly declined, ${split}`,
      value: shareOf(others, ({ answer }) => isDeclined(answer)),
      cases: others.length,
    },
  ];
  return { figures, failures: split === 'dev' ? asked.flatMap(describe) : [] };
}

function isFound({ question, retrieval }: AskedInOtherLanguage): boolean {
  const answering = judgementsOf(question.relevant.filter(({ grade }) => grade === 2));
  return retrieval.passages.some(({ document }) => answering.has(judgedUnit(document, answering)));
}

function isPlainAboutLanguage({ text, notice = '' }: Answer): boolean {
  return !isEnglish(text) || /\benglish\b/i.test(`${text} ${notice}`);
}

function describe(asked: AskedInOtherLanguage): Failure[] {
  const { question, answer, retrieval } = asked;
  const found = retrieval.nearest.slice(0, 3).map((document) => `found: ${nameOf(document)}`);
  const details = [`${question.language}: ${question.question}`, ...found].join('\n');
  const causes: string[] = [];
  if (isAnswerable(question) && !isFound(asked))
    causes.push(
      isDeclined(answer)
        ? 'declined, though an article answers it'
        : 'answered from other passages',
    );
  if (!isAnswerable(question) && !isDeclined(answer))
    causes.push('answered, though nothing answers it');
  if (!isPlainAboutLanguage(answer)) causes.push('answered in English without a word about it');
  return causes.map((cause) => ({ caseId: question.id, cause, details }));
}
